// The encoder runs in Node on onnxruntime-node; the browser runtime (100 MB) is never called.
module.exports = { env: {} };
