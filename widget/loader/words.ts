const en = {
  show: "Open chat",
  hide: "Close chat",
  unread: (n: number) => `Open chat, ${n} unread ${n === 1 ? "message" : "messages"}`,
};
const es: typeof en = {
  show: "Abrir el chat",
  hide: "Cerrar el chat",
  unread: (n) => `Abrir el chat, ${n} sin leer`,
};
const de: typeof en = {
  show: "Chat öffnen",
  hide: "Chat schließen",
  unread: (n) => `Chat öffnen, ${n} ungelesen`,
};

export function words(locale: string): typeof en {
  return { es, de }[locale.slice(0, 2) as "es" | "de"] ?? en;
}
