// onnxruntime-web's WebAssembly backend, on a graph built here.

import * as ort from '/peers/onnxruntime-web/dist/ort.wasm.min.mjs';
import { model } from './onnx.mjs';

export async function start(threads) {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  let session;
  return {
    name: `onnxruntime-web ${ort.env.versions.web}`,

    async prepare(plan, values) {
      session = await ort.InferenceSession.create(model(plan, values), { executionProviders: ['wasm'] });
      const [channels, height, width] = plan.image;
      const data = values.slice(0, channels * height * width);
      return { input: { data, dims: [1, channels, height, width] } };
    },

    async run({ data, dims }) {
      const { output } = await session.run({ image: new ort.Tensor('float32', data, dims) });
      return { output: output.data };
    },

    toPlanes: (output) => output,
  };
}
