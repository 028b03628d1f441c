// What a merchant would put on the page: the token by callback, and a few buttons of the demo.
type Command = (verb: string, ...rest: unknown[]) => void;
const shop = window as unknown as { Aftersale: Command & { q?: unknown[][] } };

// Calls made before the widget has loaded are kept for it.
shop.Aftersale ??= (...args) => {
  shop.Aftersale.q ??= [];
  shop.Aftersale.q.push(args);
};

addEventListener("DOMContentLoaded", () => {
  const signedIn = document.body.dataset.customer !== "";
  const freshToken = async () => {
    const answer = await fetch("/token");
    return ((await answer.json()) as { token: string | null }).token;
  };
  shop.Aftersale("identify", signedIn ? freshToken : null);
  if (location.hash === "#chat") shop.Aftersale("show");

  const who = document.querySelector<HTMLSelectElement>("#who");
  who?.addEventListener("change", () => who.form?.submit());
  for (const button of document.querySelectorAll("[data-chat]")) {
    button.addEventListener("click", () => shop.Aftersale("show"));
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      button.textContent = "Copied";
    });
  }
});
