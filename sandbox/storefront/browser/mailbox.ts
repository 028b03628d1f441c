// Draws mails as they come. Text nodes only: a mail may contain anything.
interface Mail {
  readonly id: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: string;
}

const list = document.querySelector<HTMLElement>("#mails");
const drawn = new Set<number>();

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function draw(mail: Mail): void {
  if (drawn.has(mail.id)) return;
  drawn.add(mail.id);
  document.querySelector("#none")?.remove();
  const item = element("li", "mail");
  const head = element("div", "mail-head");
  head.append(element("b", "", mail.to), element("time", "soft", new Date(mail.at).toLocaleTimeString()));
  item.append(head, element("h2", "", mail.subject));
  const code = /(?<!\d)\d{6}(?!\d)/.exec(`${mail.subject} ${mail.text}`)?.[0];
  if (code !== undefined) {
    const line = element("p", "code-line");
    const copy = element("button", "small", "Copy");
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code);
      copy.textContent = "Copied";
    });
    line.append(element("strong", "code", code), copy);
    item.append(line);
  }
  item.append(element("p", "mail-text", mail.text));
  list?.prepend(item);
}

for (const mail of JSON.parse(list?.dataset.mails ?? "[]") as Mail[]) draw(mail);
new EventSource("/mailbox/events").addEventListener("message", ({ data }) => draw(JSON.parse(data) as Mail));
