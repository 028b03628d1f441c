// The encoder reads text only. The library imports sharp for pictures at load time and throws when the export is falsy,
// so this stands in for 30 MB of image code (and its advisories) that would never run.
module.exports = function sharp() {
  throw new Error("Aftersale's encoder reads text only; pictures are not supported.");
};
