import type { ThingWords } from "../language.js";

const STREET =
  "(?:[Cc]alle|[Cc]/|[Cc]\\.|[Aa]venida|[Aa]vda\\.?|[Aa]v\\.|[Pp]laza|[Pp]za\\.?|[Pp]aseo|[Cc]amino|[Cc]arretera|[Cc]tra\\.?|[Rr]onda|[Rr]ambla|[Tt]raves[ií]a)";
const TOWN = "[\\p{L}][\\p{L}-]{1,30}(?: (?:de |del |de la |la |el )?\\p{Lu}[\\p{L}-]{2,24}){0,2}";

export const things: ThingWords = {
  orderNamed: "pedido|numero|número|núm|orden|compra|referencia|factura",
  units:
    "minutos?|min|horas?|d[ií]as?|semanas?|mes|meses|años?|anos?|veces|personas|cajas|paquetes|unidades|euros?|c[eé]ntimos|d[oó]lares|pesos|por ciento|calle|avenida",
  addressLeadIn:
    /^\s*(?:(?:hola|buenas|ok|okay|vale|s[ií]|claro|gracias|bueno|pues|por favor)[ ,.!]+)*(?:(?:puedes|podr[ií]as|puede) )?(?:(?:(?:mi|la|nuestra) )?(?:nueva )?direcci[oó]n (?:nueva |correcta |actual |de env[ií]o |de entrega |completa )*(?:es|ser[ií]a)(?: ahora)?[ :]*|(?:por favor )?(?:env[ií]a|env[ií]e|manda|mande|entrega|enviar|mandar|env[ií]en|cambia)(?:lo|la|los|las|melo|mela)?(?: (?:todo|el pedido|el paquete|la direcci[oó]n|por favor))* (?:a|en)(?: la direcci[oó]n)?[ :]*|es[ :]+|(?:ahora )?vivo (?:ahora )?en (?:la )?|me (?:he mudado|mud[eé]) a (?:la )?|a[ :]+|direcci[oó]n[ :]+)/iu,
  street:
    /(?<!\p{L})(?:calle|c\/|c\.|avenida|avda\.?|av\.|plaza|pza\.?|pl\.|paseo|p[º°]|camino|carretera|ctra\.?|ronda|rambla|traves[ií]a|callej[oó]n|urbanizaci[oó]n|urb\.|pol[ií]gono|piso|portal|puerta|bajo|apartado|colonia|barrio|v[ií]a)(?=\s)/iu,
  address: new RegExp(
    `(?<![\\p{L}\\p{N}])${STREET} ?(?:[\\p{L}.'-]{1,24} ){0,4}[\\p{L}.'-]{2,24},? (?:n[º°.]? ?|núm\\.? ?)?\\d{1,4}(?:[a-zA-Z](?!\\p{L}))?` +
      `(?:,? ?\\d{1,2}[º°ª](?: ?[\\p{L}]{1,4}(?![\\p{L}]))?)?(?:(?:, ?|\\n| )\\d{5} ${TOWN}|, ?\\p{Lu}[\\p{L}-]{2,30})?`,
    "u",
  ),
  date: /(?<!\p{L})(?:hoy|mañana|manana|pasado|ayer|anteayer|pr[oó]xim|siguiente|que viene|este |esta |semana|d[ií]a|mes\b|año|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|\d de |lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)/iu,
  days: [
    { pattern: /(?<!\p{L})pasado ma[ñn]ana(?!\p{L})/iu, days: 2 },
    {
      pattern: /(?<!\p{L})(?:la )?(?:semana (?:que viene|pr[oó]xima|siguiente)|pr[oó]xima semana)(?!\p{L})/iu,
      days: 7,
    },
    { pattern: /(?<!\p{L})(?:el )?(?:mes (?:que viene|pr[oó]ximo|siguiente)|pr[oó]ximo mes)(?!\p{L})/iu, months: 1 },
    { pattern: /(?<!\p{L})(?:anteayer|antes de ayer)(?!\p{L})/iu, days: -2 },
  ],
};
