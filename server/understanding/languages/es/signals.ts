import { anywhere, type SignalWords, wholly } from "../language.js";

const PERSON =
  "(?:persona|ser humano|human[oa]|agente|operador[a]?|asesor[a]?|representante|encargad[oa]|supervisor[a]?|responsable|gerente|emplead[oa]|companer[oa]|atencion al cliente|servicio al cliente|servicio de atencion|soporte)(?: (?:real|humana?|de verdad|de carne y hueso|cualquiera))*";
const ARTICLE = "(?:un |una |el |la |al |algun |alguna |vuestro |su |tu )?";
const LEAD_IN =
  "ok|okay|oh|ah|ay|no|si|vale|bueno|pues|perdon|perdona|lo siento|por favor|espera|espere|un momento|la verdad|en realidad|mejor|podemos|puedo|quiero|ya|hm+|mira";
const PLAN = "(?:(?:mi|la|esta|el) )?(?:suscripcion|plan|todo)";

export const signals: SignalWords = {
  person: [
    wholly(
      "por favor|ok|no|hola|quiero|necesito|solo|hay|un|una|con|el|la|algun",
      PERSON,
      "por favor|ya|ahora|gracias|aqui",
    ),
    anywhere(
      `(?:hablar|hable|hablo|chatear|conectar|comunicar|contactar|ponerme|pasarme|conecta\\p{L}*|comunica\\p{L}*|pasa\\p{L}*|pase\\p{L}*|ponme|poneme|transfier\\p{L}*|contacta\\p{L}*)(?: (?:ya|ahora|directamente|por favor|mejor))*(?: (?:con|a))? (?:${ARTICLE}${PERSON}|alguien)`,
    ),
    anywhere(`(?:quiero|quisiera|necesito|dame|deme|prefiero|busco|exijo) (?:a )?${ARTICLE}${PERSON}`),
  ],
  refusesPerson: anywhere(
    "(?:no|sin|nunca|ningun[ao]?|en vez de)(?! (?:eres|es) un bot)(?: \\p{L}+){0,4} (?:hablar|persona|agente|humano|alguien|operador[a]?|asesor[a]?)",
  ),
  stop: wholly(
    LEAD_IN,
    "olvida(?:lo|te|selo| eso| todo)?|olvidalo todo|olvidelo|dejalo(?: (?:asi|estar|ya))?|dejelo|dejemoslo(?: (?:asi|ahi))?|da igual|no importa|ya no (?:hace falta|importa|lo necesito)|no hace falta|no te preocupes|cancela(?:r)? esto|para|pare|basta|suficiente|salir|ya esta",
    "gracias|por favor|ya|lo|he|encontrado|ha|llegado|encontre|llego|esta|perdon|todo|bien|adios|resuelto|solucionado",
  ),
  repeat: wholly(
    "perdon|perdona|disculpa|disculpe|lo siento|hm+|eh|ok|espera|puedes|podrias|puede|por favor",
    "como|que|perdon|repite\\p{L}*|repita\\p{L}*|repetir\\p{L}*|otra vez|de nuevo|no (?:te |lo |le |la )?(?:entiendo|entendi|he entendido)(?: (?:la pregunta|bien|nada|eso))*|que (?:quieres decir|significa(?: eso)?|has dicho|dijiste|has preguntado|quiere decir(?: eso)?)|explica\\p{L}*|me he perdido",
    "por favor|otra vez|la pregunta|eso|lo",
  ),
  startOver: wholly(
    LEAD_IN,
    "(?:empezar|empecemos|empieza|empezamos|comenzar|comencemos)(?: (?:de nuevo|otra vez|desde (?:el principio|cero|el inicio)))+|volver a empezar|volvamos a empezar|desde (?:el principio|cero|el inicio)|reiniciar|reinicia|nuevo chat|nueva conversacion|menu(?: principal)?",
    "por favor|gracias",
  ),
  thanks: anywhere(
    "(?:muchas |muchisimas |mil |un millon de )?gracias(?: por todo)?|te lo agradezco|se lo agradezco|agradecid[oa]",
    "gu",
  ),
  greeting: anywhere("hola+|buenas(?: (?:tardes|noches))?|buenos dias|buen dia|saludos|hey|que tal", "gu"),
  goodbye: anywhere(
    "adios|hasta (?:luego|pronto|manana|la vista)|chao|chau|nos vemos|eso es todo|es todo|eso seria todo|nada mas|que tengas? (?:un )?(?:buen|buena|feliz) (?:dia|tarde|noche|fin de semana)|buenas noches|todo (?:bien|listo|claro)",
    "gu",
  ),
  filler: anywhere(
    "ok|okay|oh|ah|vale|perfecto|genial|estupendo|excelente|bien|muy|bueno|buena|pues|y|por|todo|toda|tu|su|la|el|los|las|lo|ayuda|ayudarme|respuesta|informacion|info|rapidez|que|a|ti|usted|ustedes|vosotros|amable|amabilidad|de|verdad|ya|entonces|no|si|me|ha|has|sirve|sirvio|funciona|es|esta|todos|equipo|aqui|hay|alguien",
    "gu",
  ),
  correction: new RegExp(
    `^(?:(?:no|perdon|perdona|ups|ay|uy|espera|lo siento|disculpa|disculpe|ah|error mio)[ ,.!:-]+)+(?:queria decir|quise decir|quiero decir|me refiero|me referia|es(?:ta|te)? |era |son |el (?:correcto|otro)|la (?:correcta|otra)|pedido |el pedido |numero |el numero |#|\\p{N})|` +
      "(?<!\\p{L})(?:queria decir|quise decir|me referia|me refiero|me he equivocado|me equivoque|correccion|numero equivocado|pedido equivocado|(?:direccion|correo) equivocad[oa]|en lugar del)(?!\\p{L})",
    "u",
  ),
  insists: [
    "(?:solo|simplemente|solamente|igualmente|de todas formas)(?: (?:quiero|por favor|que))* (?:cancela\\p{L}*|cancele\\p{L}*|dar\\p{L}* de baja|da\\p{L}* de baja)",
    "(?:sin|no quiero|no me interesan?|ningun[ao]?|nada de|ahorrate|ahorrese)(?: (?:mas|las|los|vuestras|sus|tus|ningun[ao]?|esas|esos)){0,2} (?:ofertas?|descuentos?|cupon(?:es)?|promocion(?:es)?|rebajas?)",
    "(?:deja|deje|dejad|para|pare) de (?:intentar )?(?:convencerme|ofrecerme|insistir|preguntar\\p{L}*|molestar\\p{L}*)|no (?:intentes|intente|trates de|insistas|insista)(?: convencerme)?",
    "ya (?:lo )?(?:he decidido|decidi|tengo decidido)|esta decidido|no (?:voy a cambiar|cambiare) de (?:opinion|idea)",
  ].map((part) => anywhere(part)),
  refusesCanceling: anywhere("(?:no|nunca|tampoco)(?: \\p{L}+){0,2} (?:cancel\\p{L}*|dar\\p{L}* de baja|des de baja)"),
  cancels: /(?:cancel|anul|de baja)/u,
  justDoIt: wholly(
    `${LEAD_IN}|solo|simplemente|que|puedes|podrias|puede|gracias|no gracias|pero|he dicho|igualmente`,
    `(?:cancel(?:a|ar|e|en|al[oa]|arl[oa]|el[oa]|emos)(?: ${PLAN})?|(?:da|dar|dame|darme|deme)(?:me)? de baja)`,
    "por favor|ya|ahora|gracias|igualmente|de una vez|de todas formas|entonces",
  ),
  undo: new RegExp(
    `${anywhere("deshaz\\p{L}*|deshacer\\p{L}*|deshaga\\p{L}*|revierte\\p{L}*|revertir\\p{L}*|no (?:lo |la )?(?:saltes|omitas|salte|omita)|dejal[oa] como estaba").source}|` +
      `${wholly(LEAD_IN, "(?:al final )?(?:si )?(?:l[oa]|el envio|la entrega) (?:quiero|mantengo|conservo)(?: (?:al final|de todas formas|igualmente))?|me l[oa] quedo|mandamel[oa]|enviamel[oa]", "por favor|igualmente|al final|gracias").source}`,
    "u",
  ),
  negative: anywhere(
    "ridicul[oa]|verguenza|vergonzos[oa]|inutil(?:es)?|estafa\\p{L}*|timo|mierda|joder|maldit[oa]s?|hart[oa]|furios[oa]|enfadad[oa]|cabread[oa]|indignad[oa]|inaceptable|pesim[oa]|horrible|decepcionad[oa]|decepcionante|decepcion|abogad[oa]|denuncia\\p{L}*|denunciar\\p{L}*|nunca mas|una broma|vaya robo",
  ),
  instead: anywhere(
    "en realidad|en vez de eso|en su lugar|mejor|prefiero|he cambiado de (?:idea|opinion)|pensandolo (?:bien|mejor)|no,? espera|espera,? no",
  ),
  retracts:
    /(?<!\p{L})(?:no,? (?:espera|perd[oó]n|mejor)|espera,? no|mejor dicho|quiero decir|quer[ií]a decir|pens[aá]ndolo (?:bien|mejor)|he cambiado de (?:idea|opini[oó]n)|olvida eso)(?!\p{L})[\s,.:;!–-]*/giu,
  justThat: anywhere("solo|solamente|simplemente|unicamente"),
  // "No, solo …" is the answer no, and then what is wanted.
  negated: anywhere("no(?= \\p{L})|ni|nunca"),
  request:
    /^[\s¿¡]*(?:donde|cuando|como|que|cual|por que|quien|cuanto|cuanta|puedo|puedes|puede|podria|podrias|podeis|me (?:puedes|podrias|puede)|hay|esta|estan|es|quiero|quisiera|necesito|me gustaria|por favor)(?![\p{L}'])/u,
};
