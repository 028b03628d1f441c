import {
  anywhere,
  atBeginning,
  type ChoiceWords,
  setOf,
  type UnknownWords,
  wholly,
  type YesNoWords,
} from "../language.js";

const LEAD_IN =
  "oh|ah|ay|uy|eh|hm+|mmm+|bueno|pues|y|pero|hola|buenas|ok|okay|vale|perdon|lo siento|la verdad|de momento|desgraciadamente";

export const yesNo: YesNoWords = {
  yes: atBeginning(
    LEAD_IN,
    "si+|s|sip|sii+|claro(?: que si)?|por supuesto|desde luego|vale|va|venga|dale|de acuerdo|ok|okay|okey|oki|bueno|bien|muy bien|esta bien|todo bien|perfecto|genial|estupendo|excelente|exacto|exactamente|correcto|" +
      "eso(?: es)?|asi es|es (?:correcto|cierto|eso|mi[oa]|est[ea])|cierto|efectivamente|en efecto|confirmo|confirmado|confirmar|lo confirmo|acepto|aceptar|adelante|hazlo|hagalo|haz eso|procede|proceda|sigue|siga|continua|continue|" +
      "por favor|me parece (?:bien|perfecto|genial)|me vale|como no|obvio|obviamente|afirmativo|sin duda|yes|yep|lo (?:tengo|recibi|he recibido|quiero)|ya (?:lo|la) (?:tengo|recibi|he recibido)|(?:me )?(?:ha llegado|llego)|👍|👌|✅|🙏|✔",
  ),
  decidedYes:
    /(?:si+|sip|claro(?: que si)?|por supuesto|desde luego|de acuerdo|exacto|exactamente|correcto|asi es|efectivamente|confirmo|confirmado|acepto|afirmativo|sin duda)$/u,
  no: atBeginning(
    LEAD_IN,
    "no+|nop+e?|nel|nunca|jamas|ni hablar|ni loc[oa]|para nada|de ninguna (?:manera|forma)|de ningun modo|en absoluto|claro que no|por supuesto que no|desde luego que no|mejor no|aun no|todavia no|todavia nada|aun nada|tampoco|nada|ningun[oa]?|" +
      "que va|prefiero (?:que )?no|creo que no|me temo que no|incorrecto|falso|negativo|eso no|asi no|sigo esperando|👎|❌|🚫",
  ),
  decidedNo:
    /^(?:(?:oh|ah|ay|hm+|perdon|lo siento|ok|bueno|pues)[ ,.!]+)*(?:no+|nope|nunca|jamas|ni hablar|para nada|en absoluto|de ninguna manera|claro que no|mejor no)(?![\p{L}'])/u,
  noThatIsYes:
    /^(?:no hay (?:ningun )?(?:problema|inconveniente)|sin problemas?|(?:y )?por que no|como no|no pasa nada|no me importa|no veo (?:por que no|problema))(?![\p{L}'])/u,
  takenBack:
    /^(?:si|vale|ok|okay|claro|bueno)[ ,.!]+(?:no(?! hay problema)|mejor no|espera|un momento|para)(?!\p{L})|^no[ ,.!]+(?:si|vale|espera,? si|perdon,? si|hazlo|digo si)(?!\p{L})/u,
  qualified: anywhere(
    "pero|salvo|excepto|solo si|siempre que|siempre y cuando|a menos que|a no ser que|si es|si no|si me|si se|mientras|aunque|en vez|en lugar|no(?! hay problema)|espera|primero|antes|sin(?! problema)",
  ),
  gotIt: anywhere(
    "(?:lo|la|los|las|ya|todo|me|he|hemos) (?:he |ha |han |hemos )?(?:recibi|recibido|recibimos|tengo|tenemos|llego|llegado|llegaron|encontre)|(?:ha|han) llegado|llego|llegaron|recibido|(?:ya )?esta aqui|ya esta",
  ),
  didNotGetIt: anywhere(
    "(?:no|nunca|nada|jamas|sin|tampoco)(?: \\p{L}+){0,4}? (?:recibi|recibido|recibir|recibo|llego|llega|llegado|llegaron|tengo|veo|visto|esta|aparece|entregad[oa]s?|encuentro)|" +
      "falta|desaparecid[oa]|desaparecio|robad[oa]|robaron|perdid[oa]|nada (?:aqui|todavia|aun)|(?:todavia|aun) (?:nada|no)|sigo esperando|en ningun(?:a parte| sitio| lado)",
  ),
};

export const unknown: UnknownWords = {
  any: anywhere(
    "no (?:lo |me |la |los |las )?(?:se|recuerdo|acuerdo|encuentro|tengo|veo|conozco)|no puedo (?:decir|encontrar|ver)\\p{L}*|ni idea|no tengo (?:ni )?idea|no estoy (?:muy |del todo )?segur[oa]|ningun numero|" +
      "(?:lo|la) (?:perdi|borre|olvide|he perdido|he borrado|he olvidado)|se me (?:olvido|ha olvidado|perdio)|olvide|donde (?:lo |la )?(?:encuentro|veo|esta|puedo)|que numero|quien sabe",
  ),
  yesNo: anywhere(
    "no (?:lo )?se|ni idea|no tengo (?:ni )?idea|no estoy (?:muy |del todo )?segur[oa]|quizas?|tal vez|puede ser|puede que|a lo mejor|posiblemente|es posible",
  ),
  code: anywhere(
    "ningun (?:codigo|correo|email|e-mail|mensaje)|(?:no|nunca|nada)(?: \\p{L}+){0,4}? (?:llega|llego|llegado|recibi|recibido|recibo|codigo|correo|email|mensaje)|nada(?: todavia| aun| de nada)?|todavia nada|aun nada|" +
      "reenvia\\p{L}*|reenvie\\p{L}*|(?:otro|nuevo) codigo|codigo nuevo|(?:envia|manda|envie|mande)\\p{L}*(?: \\p{L}+){0,3} (?:otra vez|de nuevo|otro)|codigo (?:ha )?(?:caducado|expirado|caduco|vencido)|(?:sin|no tengo) acceso|correo (?:antiguo|viejo)",
  ),
};

export const choice: ChoiceWords = {
  none: wholly(
    "no|lo siento|perdon|la verdad|quiero",
    "ningun[oa](?: de (?:ell[oa]s|est[oa]s|es[oa]s|l[oa]s dos))?|ni (?:uno|una) ni (?:otro|otra)|no esta(?: (?:aqui|en la lista|ahi))?|otra cosa|algo distinto|algo diferente|otr[oa]|no",
    "gracias|por favor|perdon|lo siento",
  ),
  optOut: /^(?:ningun|no(?!\p{L})|nada|otra cosa|otr[oa]|algo (?:distinto|diferente|mas))/u,
  refused: anywhere("no|ni|excepto|salvo|menos|en vez de(?:l)?|en lugar de(?:l)?|sin"),
  contrast: anywhere("sino|pero|mejor|solo|prefiero"),
  both: wholly(
    "quiero|querria|me gustaria|por favor|ok|vale|si|pues|para",
    "(?:l[oa]s )?(?:dos|tres|cuatro)|amb[oa]s|tod[oa]s?(?: (?:ell[oa]s|est[oa]s|l[oa]s (?:dos|tres)))?|cada un[oa]|tanto uno como otro",
    "gracias|por favor",
  ),
  ending: /(?:termina|terminado|terminada|acaba|acabado|acabada)(?: (?:en|con))? #?(\d{1,8})/u,
  position:
    /^(?:(?:el|la|los|opcion|numero|num\.?|no|n\.?o|respuesta|#|es|quiero|elijo|prefiero|por favor)\s*)*(\d{1,2})[).]?(?: (?:por favor|gracias))?$/u,
  newest: /(?<!\p{L})(?:mas reciente|mas nuev[oa]|reciente|de arriba|arriba del todo)(?!\p{L})/u,
  last: /(?<!\p{L})(?:ultim[oa]|mas antigu[oa]|de abajo)$/u,
  first: /(?:opcion|numero) un[oa]$|^un[oa]$/u,
  fillers: setOf(
    "el la los las lo un una unos unas de del al y o u a en con por para que es son era mi mis me se su yo quiero quisiera querria gustaria necesito creo pienso " +
      "favor gracias prefiero elijo escojo tomo solo quizas vale bueno pues si claro ok opcion numero pedido articulo producto cual ese esa este esta hola el",
  ),
};
