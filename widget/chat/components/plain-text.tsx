import { paragraphs } from "../plain-text.js";

interface PlainTextProps {
  readonly text: string;
  readonly newTab: string;
  /** What the shopper wrote stays words. */
  readonly links: boolean;
}

/** Text nodes and links, nothing else: whatever a message contains, it is only ever read. */
export function PlainText({ text, newTab, links }: PlainTextProps) {
  return (
    <>
      {paragraphs(text).map((pieces, line) => (
        <p key={line}>
          {pieces.map(({ text: words, href }, index) =>
            href === undefined || !links ? words : <SafeLink key={index} href={href} label={words} newTab={newTab} />,
          )}
        </p>
      ))}
    </>
  );
}

/** @param href already checked by `safeLink` */
export function SafeLink({
  href,
  label,
  newTab,
}: {
  readonly href: string;
  readonly label: string;
  readonly newTab: string;
}) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {label}
      <span class="hidden"> {newTab}</span>
    </a>
  );
}
