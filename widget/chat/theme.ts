/** The merchant's colours. Set through the style object, which a strict content security policy allows. */
const HEX = /^#[0-9a-f]{6}$/i;
const LENGTH = /^\d{1,2}px$/;

/**
 * `accent` (#rrggbb) and `radius` (px) from the server or the script tag; unknown names and odd values are ignored.
 * The colour of text on the accent is black or white, whichever contrasts more.
 */
export function applyTheme(theme: Readonly<Record<string, string>>): void {
  const { style } = document.documentElement;
  const { accent, radius } = theme;
  if (accent !== undefined && HEX.test(accent)) {
    const light = luminance(accent);
    style.setProperty("--accent", accent);
    style.setProperty("--on-accent", light > 0.179 ? "#000" : "#fff");
    // On a dark surface a dark accent could not be read as text or ring: it is mixed with white there (see tokens.css).
    style.setProperty("--accent-lift", light > 0.179 ? "0%" : "55%");
    style.setProperty("--accent-sink", light > 0.179 ? "45%" : "0%");
  }
  if (radius !== undefined && LENGTH.test(radius)) style.setProperty("--radius", radius);
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
