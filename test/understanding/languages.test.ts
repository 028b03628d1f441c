/** The open question in German and Spanish: yes and no, positions, numbers, dates, addresses, "I don't know". */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";
import type { Question } from "../../server/protocol/index.js";
import { type UnderstandContext, type Understood, understand } from "../../server/understanding/index.js";

let classifier: Classifier;
beforeAll(async () => {
  classifier = await openClassifier();
});
afterAll(() => classifier.close());

/** Monday. */
const NOW = Date.parse("2026-11-23T10:00:00Z");

function read(
  text: string,
  locale: string,
  question?: Question,
  more: Partial<UnderstandContext> = {},
): Promise<Understood> {
  return understand({ text }, { ...(question && { question }), now: NOW, locale, ...more }, classifier);
}

const confirmed: Question = { slot: "confirmation", type: "yes_no" };
const received: Question = { slot: "received", type: "yes_no" };
const orders: Question = {
  slot: "order_number",
  type: "order_number",
  choices: [
    { label: "Bestellung 5503: Kaffee Crema", value: "5503" },
    { label: "Bestellung 5502: Grüner Tee", value: "5502" },
    { label: "Bestellung 5501: Filterpapier", value: "5501" },
  ],
};
const products: Question = {
  slot: "product",
  type: "choice",
  choices: [
    { label: "Té verde", value: "TEA" },
    { label: "Café molido", value: "COF" },
    { label: "Ninguno", value: "none" },
  ],
};
const number: Question = { slot: "quantity", type: "number" };
const date: Question = { slot: "date", type: "date" };
const code: Question = { slot: "code", type: "code" };
const address: Question = { slot: "address", type: "address" };
const email: Question = { slot: "email", type: "email" };

const yes = { kind: "yes" };
const no = { kind: "no" };
const unknown = { kind: "unknown" };
const all = { kind: "all" };
const value = (found: string): object => ({ kind: "value", value: found });
const choice = (found: string): object => ({ kind: "choice", value: found });

describe.each<[string, [Question, string, object | undefined][]]>([
  [
    "de",
    [
      [confirmed, "ja", yes],
      [confirmed, "Ja genau!", yes],
      [confirmed, "jo, passt", yes],
      [confirmed, "na klar", yes],
      [confirmed, "gerne, mach das", yes],
      [confirmed, "kein Problem", yes],
      [confirmed, "einverstanden", yes],
      [confirmed, "nein", no],
      [confirmed, "nö", no],
      [confirmed, "nee, lieber nicht", no],
      [confirmed, "lieber nicht", no],
      [confirmed, "nein, doch lieber nicht", no],
      [confirmed, "nein doch, mach das", undefined],
      [confirmed, "auf gar keinen Fall", no],
      [confirmed, "bitte nicht", no],
      [confirmed, "ja, aber nur wenn es nichts kostet", { kind: "yes", qualified: true }],
      [confirmed, "ja, nein, warte", undefined],
      [confirmed, "keine Ahnung", unknown],
      [confirmed, "gut, und wo ist eigentlich mein anderes Paket?", undefined],
      [received, "ja, ist angekommen", yes],
      [received, "ist da, danke", yes],
      [received, "ich habe nichts bekommen", no],
      [received, "leider noch nicht angekommen", no],
      [received, "nö, nix da", no],
      [orders, "das zweite", choice("5502")],
      [orders, "die erste bitte", choice("5503")],
      [orders, "Nummer 3", choice("5501")],
      [orders, "2.", choice("5502")],
      [orders, "die neueste", choice("5503")],
      [orders, "die mit dem Tee", choice("5502")],
      [orders, "nicht den Kaffee, sondern den Tee", choice("5502")],
      [orders, "die auf 01 endet, also endet auf 01", choice("5501")],
      [orders, "keine davon", no],
      [orders, "weiß ich leider nicht", unknown],
      [orders, "beide", all],
      [number, "zweiundzwanzig", value("22")],
      [number, "zweihundertfünf Stück", value("205")],
      [number, "ein Dutzend", value("12")],
      [number, "eine, bitte", value("1")],
      [date, "12.05.2027", value("2027-05-12")],
      [date, "am 12.5.", value("2027-05-12")],
      [date, "nächsten Freitag", value("2026-12-04")],
      [date, "übermorgen", value("2026-11-25")],
      [date, "in zwei Wochen", value("2026-12-07")],
      [date, "ab dem 3. Dezember", value("2026-12-03")],
      [date, "kommende Woche", value("2026-11-30")],
      [date, "3/4", value("2027-04-03")],
      [date, "31.02.2027", undefined],
      [code, "eins zwei drei vier fünf sechs", value("123456")],
      [code, "es kam keine Mail", unknown],
      [code, "hab keinen Code bekommen", unknown],
      [address, "Lindenweg 12, 10115 Berlin", value("Lindenweg 12, 10115 Berlin")],
      [address, "Meine neue Adresse ist: Am Alten Markt 3a, 50667 Köln.", value("Am Alten Markt 3a, 50667 Köln")],
      [address, "bitte schick es an Hauptstraße 5, 80331 München", value("Hauptstraße 5, 80331 München")],
      [address, "warum willst du das wissen?", undefined],
      [email, "die weiß ich nicht mehr", unknown],
    ],
  ],
  [
    "es",
    [
      [confirmed, "sí", yes],
      [confirmed, "¡Sí, claro!", yes],
      [confirmed, "vale", yes],
      [confirmed, "vale, adelante", yes],
      [confirmed, "de acuerdo", yes],
      [confirmed, "por supuesto que sí", yes],
      [confirmed, "no hay problema", yes],
      [confirmed, "no", no],
      [confirmed, "no, gracias", no],
      [confirmed, "mejor no", no],
      [confirmed, "ni hablar", no],
      [confirmed, "claro que no", no],
      [confirmed, "sí, pero solo si es gratis", { kind: "yes", qualified: true }],
      [confirmed, "sí, no, espera", undefined],
      [confirmed, "no lo sé", unknown],
      [confirmed, "bueno, ¿y dónde está entonces mi otro paquete?", undefined],
      [received, "sí, ha llegado", yes],
      [received, "ya lo tengo", yes],
      [received, "no me ha llegado nada", no],
      [received, "todavía no", no],
      [orders, "el segundo", choice("5502")],
      [orders, "la 2ª", choice("5502")],
      [orders, "la primera por favor", choice("5503")],
      [orders, "el número 3", choice("5501")],
      [orders, "el más reciente", choice("5503")],
      [orders, "ninguno de ellos", no],
      [orders, "los dos", all],
      [products, "el te verde", choice("TEA")],
      [products, "el café, no el té", choice("COF")],
      [products, "no el café sino el té", choice("TEA")],
      [products, "ninguno", choice("none")],
      [number, "treinta y dos", value("32")],
      [number, "ciento cinco", value("105")],
      [number, "veintidós", value("22")],
      [number, "una, por favor", value("1")],
      [date, "12/05/2027", value("2027-05-12")],
      [date, "el 5 de mayo", value("2027-05-05")],
      [date, "el próximo viernes", value("2026-12-04")],
      [date, "mañana", value("2026-11-24")],
      [date, "pasado mañana", value("2026-11-25")],
      [date, "la semana que viene", value("2026-11-30")],
      [date, "el mes que viene", value("2026-12-23")],
      [date, "3/4", value("2027-04-03")],
      [code, "uno dos tres cuatro cinco seis", value("123456")],
      [code, "no me ha llegado ningún correo", unknown],
      [address, "Calle Mayor 5, 28013 Madrid", value("Calle Mayor 5, 28013 Madrid")],
      [
        address,
        "mi nueva dirección es Avda. de la Constitución 12, 3º B, 41001 Sevilla",
        value("Avda. de la Constitución 12, 3º B, 41001 Sevilla"),
      ],
      [email, "no me acuerdo", unknown],
    ],
  ],
])("in %s", (locale, rows) => {
  test.each(rows)("asked for %o: %j", async (question, text, expected) => {
    const { answer } = await read(text, locale, question);
    if (expected === undefined) expect(answer).toBeUndefined();
    else expect(answer).toMatchObject(expected);
    if (answer !== undefined && expected !== undefined && !("qualified" in expected)) {
      expect(answer).not.toHaveProperty("qualified");
    }
  });
});

describe("whoever writes another language than the page's", () => {
  test.each<[string, Question, string, object | undefined]>([
    ["en", confirmed, "ja genau", yes],
    ["en", confirmed, "nein danke", no],
    ["en", confirmed, "vale, gracias", yes],
    ["de", confirmed, "yes please", yes],
    ["es", confirmed, "nope", no],
    ["de", date, "next friday", value("2026-12-04")],
    ["en", date, "übermorgen", value("2026-11-25")],
    ["en", date, "12.05.2027", value("2027-05-12")],
    ["en-US", date, "12/05/2027", value("2027-12-05")],
    ["en-GB", date, "12/05/2027", value("2027-05-12")],
    ["pt-BR", date, "12/05/2027", value("2027-05-12")],
    // "once" is eleven in Spain only.
    ["es", number, "once", value("11")],
    ["en", number, "once", value("1")],
    // Mild words of a third language are no consent.
    ["en", confirmed, "los angeles is where i live now", undefined],
    ["en", confirmed, "gut feeling says it is late somewhere", undefined],
  ])("%s, asked for %o: %j", async (locale, question, text, expected) => {
    const { answer } = await read(text, locale, question);
    if (expected === undefined) expect(answer).toBeUndefined();
    else expect(answer).toMatchObject(expected);
  });
});

describe("what can be meant at any time", () => {
  test.each<[string, string[]]>([
    ["ich möchte mit einem Menschen sprechen", ["wantsPerson"]],
    ["verbinde mich bitte mit einem Mitarbeiter", ["wantsPerson"]],
    ["Kundenservice bitte", ["wantsPerson"]],
    ["ich will nicht mit einem Menschen sprechen", []],
    ["der Mitarbeiter vom Paketdienst hat geklingelt", []],
    ["vergiss es", ["stop"]],
    ["schon gut, hat sich erledigt", ["stop"]],
    ["wie bitte?", ["repeat"]],
    ["das verstehe ich nicht", ["repeat"]],
    ["nochmal von vorne bitte", ["startOver"]],
    ["vielen dank!", ["thanks"]],
    ["super, danke, tschüss", ["goodbye", "thanks"]],
    ["Guten Tag", ["greeting"]],
    ["hallo, mein Paket fehlt", []],
    ["nein, ich meinte 1002", ["correction"]],
    ["kündige einfach mein Abo", ["insists", "justDoIt"]],
    ["Abo kündigen bitte", ["justDoIt"]],
    ["keine Angebote bitte", ["insists"]],
    ["nicht kündigen", ["refusesCanceling"]],
    ["mach das rückgängig", ["undo"]],
    ["das ist eine Frechheit", ["negative"]],
    ["quiero hablar con una persona", ["wantsPerson"]],
    ["pásame con un agente", ["wantsPerson"]],
    ["no quiero hablar con nadie", []],
    ["una persona real por favor", ["wantsPerson"]],
    ["olvídalo", ["stop"]],
    ["déjalo, ya ha llegado", ["stop"]],
    ["¿cómo?", ["repeat"]],
    ["no te entiendo", ["repeat"]],
    ["empezar de nuevo", ["startOver"]],
    ["muchas gracias", ["thanks"]],
    ["perfecto, gracias, adiós", ["goodbye", "thanks"]],
    ["buenos días", ["greeting"]],
    ["hola, me falta un paquete", []],
    ["no, quería decir 1002", ["correction"]],
    ["solo cancela mi suscripción", ["insists", "justDoIt"]],
    ["cancélala", ["justDoIt"]],
    ["no me interesan las ofertas", ["insists"]],
    ["no la canceles", ["refusesCanceling"]],
    ["deshazlo", ["undo"]],
    ["esto es una vergüenza", ["negative"]],
  ])("%j says %j", async (text, expected) => {
    const { signals } = await read(text, "en");
    const on = Object.entries(signals).filter(([name, set]) => set && !["instead", "justThat"].includes(name));
    // Whether nothing else is wanted is the classifier's opinion.
    const names = on.map(([name]) => name).filter((name) => name !== "stop" || !signals.refusesCanceling);
    expect(names.sort()).toEqual([...expected].sort());
  });

  test.each<[string, boolean, boolean]>([
    ["actually, just skip it", true, true],
    ["no, wait, send a new one", true, true],
    ["just don't", false, false],
    ["nur überspringen", false, true],
    ["lieber tauschen", true, true],
    ["mejor sáltalo", true, true],
    ["solo saltarlo", false, true],
    ["no lo hagas", false, false],
  ])("%j: something else %s, only that %s", async (text, instead, justThat) => {
    const { signals } = await read(text, "en");
    expect([signals.instead, signals.justThat]).toEqual([instead, justThat]);
  });
});
