/** One plain mail address: no names, lists, quotes, comments or line breaks, with which a header could be forged. */
const ADDRESS = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\]{1,190}$/;

export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text);
}
