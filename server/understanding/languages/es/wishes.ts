import { anywhere, type WishWords } from "../language.js";

const ORDER = "(?:pedidos?|paquetes?|envios?|entregas?|compra|orden|cosas)";
const PLAN = "(?:suscripcion(?:es)?|membresia)";

/** In the order in which they are tried on each part of a message; the first that fits is meant. */
export const wishes: readonly WishWords[] = [
  {
    intent: "lost_package",
    pattern: anywhere(
      `(?:entregad[oa]|entregaron)(?: \\p{L}+){0,6}[ ,]+(?:pero|y)(?: \\p{L}+){0,6} (?:no|nada|nunca|tampoco)(?: \\p{L}+){0,3}|${ORDER}(?: \\p{L}+){0,4} (?:perdid[oa]|perdio|robad[oa]|robaron|desaparecid[oa]|desaparecio|extraviad[oa])|me han robado(?: \\p{L}+){0,2} ${ORDER}`,
    ),
  },
  {
    intent: "reshipment",
    pattern: anywhere(
      "rot[oa]s?|danad[oa]s?|estropead[oa]s?|defectuos[oa]s?|aplastad[oa]s?|caducad[oa]s?|(?:producto|articulo|talla|color) equivocad[oa]|equivocad[oa]s? (?:producto|articulo)|me (?:falta|faltan)(?: \\p{L}+){0,3}|(?:enviad|envia|enviar|mandad|manda|mandar)(?:me)?(?:lo|la)? (?:otra vez|de nuevo)|reenvi\\p{L}*|reemplaz\\p{L}*",
    ),
  },
  {
    intent: "refund",
    pattern: anywhere(
      "reembols\\p{L}*|devolucion(?:es)?|devolver\\p{L}*|devuelv\\p{L}*|(?:mi )?dinero(?: \\p{L}+){0,2} (?:vuelta|devuelto)|(?:cobrad[oa]|cobraron|cobrado)(?: \\p{L}+){0,3} (?:dos veces|doble|de mas)|doble cargo",
    ),
  },
  {
    intent: "cancel_subscription",
    pattern: anywhere(
      `(?:cancel\\p{L}*|termin\\p{L}*|anul\\p{L}*|acabar|finalizar|dej\\p{L}*)(?: \\p{L}+){0,4} ${PLAN}|${PLAN}(?: \\p{L}+){0,3} (?:cancelad[oa]|cancelar|anular)|(?:da|dar|dame|darme|darse|deme)(?:me)?(?: \\p{L}+){0,2} de baja|no quiero (?:mas|seguir)(?: \\p{L}+){0,3} (?:${PLAN}|envios|cajas)`,
    ),
  },
  {
    intent: "cancel_order",
    pattern: anywhere(
      `(?:cancela\\p{L}*|cancele|cancelen|cancelo|anul\\p{L}*)(?: \\p{L}+){0,4} ${ORDER}|${ORDER}(?: [\\p{L}\\p{N}#]+){0,3} (?:cancelar|anular|cancelad[oa])`,
    ),
  },
  {
    intent: "skip_shipment",
    pattern: anywhere(
      `(?:salt\\p{L}*|omit\\p{L}*|paus\\p{L}*|aplaz\\p{L}*|retras(?:ar|a|e|adme)|pospon\\p{L}*)(?: \\p{L}+){0,4} (?:${ORDER}|${PLAN}|mes|caja|semana|siguiente|proxim[oa])|(?:salta|saltar|pausa|pausar|omite|omitir)(?:lo|la|rlo|rla)`,
    ),
  },
  {
    intent: "change_address",
    pattern: anywhere(
      "(?:cambi\\p{L}*|actualiz\\p{L}*|modific\\p{L}*|nueva|otra|correg\\p{L}*|corrig\\p{L}*)(?: \\p{L}+){0,3} direccion|direccion(?: \\p{L}+){0,4} (?:equivocad[oa]|incorrect[oa]|mal|antigua|cambiar|cambiado|nueva)|me (?:he mudado|mudo|mude|voy a mudar)|mudanza",
    ),
  },
  {
    intent: "swap_product",
    pattern: anywhere(
      `cambi\\p{L}*(?: \\p{L}+){0,4} (?:producto|sabor|cafe|(?:el|por|al) te)|(?:otro|distinto) (?:producto|sabor|cafe|te)(?: \\p{L}+){0,4} (?:suscripcion|proxim[oa]|caja)`,
    ),
  },
  {
    intent: "wismo",
    pattern: anywhere(
      `donde (?:esta|estan|anda|queda)(?: \\p{L}+){0,3} (?:${ORDER}|\\p{N}+)|cuando (?:llega|llegara|llegan|viene|recibo|recibire|me llega)(?: \\p{L}+){0,4}|(?:estado|seguimiento|rastreo|rastrear)(?: \\p{L}+){0,3}(?: ${ORDER})?|${ORDER}(?: \\p{L}+){0,3} (?:no|aun no|todavia no)(?: \\p{L}+){0,2} (?:llega|llego|llegado)|(?:no|aun no|todavia no)(?: \\p{L}+){0,2} (?:llega|llego|llegado)(?: \\p{L}+){0,3} ${ORDER}`,
    ),
  },
];
