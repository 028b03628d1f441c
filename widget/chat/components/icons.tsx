/** Line drawings. All are decoration: the words are on what they stand in. */
const LINES = {
  close: "M6.5 6.5l11 11m0-11l-11 11",
  chevron: "M9.5 6l6 6-6 6",
  down: "M12 5v14m-6-6l6 6 6-6",
  send: "M12 19V5m-6 6l6-6 6 6",
  check: "M6 12.5l4 4 8-9",
  person: "M12 5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M5 19.5c1-3.5 3.7-5 7-5s6 1.5 7 5",
} as const;

export function Icon({ name }: { readonly name: keyof typeof LINES }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class={`line icon-${name}`}>
      <path d={LINES[name]} />
    </svg>
  );
}

export function BotMark() {
  return (
    <span class="bot-mark" aria-hidden="true">
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: hidden from assistive technology */}
      <svg viewBox="0 0 24 24">
        <path d="M12 4c-4.6 0-8.2 3.1-8.2 7 0 2.1 1 3.9 2.7 5.2L6 19.3c-.1.4.4.8.8.6l3.1-1.6c.7.1 1.4.2 2.1.2 4.6 0 8.2-3.2 8.2-7.3S16.6 4 12 4z" />
      </svg>
    </span>
  );
}
