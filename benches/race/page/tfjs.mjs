// TensorFlow.js' WebAssembly backend. Its users hold images with the channels last, so turning input, weights and
// output is not timed.

const SCRIPTS = [
  '/peers/@tensorflow/tfjs-core/dist/tf-core.min.js',
  '/peers/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js',
];

function load(url) {
  const script = document.createElement('script');
  script.src = url;
  document.head.append(script);
  return new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${url} could not be loaded`));
  });
}

// Planes of `dims.channels` to channels last.
function channelsLast(values, [channels, height, width]) {
  const turned = new Float32Array(values.length);
  const plane = height * width;
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < plane; at++) turned[at * channels + channel] = values[channel * plane + at];
  }
  return turned;
}

function planes(values, [channels, height, width]) {
  const turned = new Float32Array(values.length);
  const plane = height * width;
  for (let at = 0; at < plane; at++) {
    for (let channel = 0; channel < channels; channel++) turned[channel * plane + at] = values[at * channels + channel];
  }
  return turned;
}

export async function start(threads) {
  // It takes half of the cores it sees, whatever it is told.
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * threads });
  for (const script of SCRIPTS) await load(script);
  const { tf } = window;
  // What a page gets on one thread, and what is faster there, is the build without threads.
  await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT');
  if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  tf.wasm.setWasmPaths('/peers/@tensorflow/tfjs-backend-wasm/dist/');
  if (threads > 1) tf.wasm.setThreadsCount(threads);
  await tf.setBackend('wasm');
  await tf.ready();
  if (threads > 1 && tf.wasm.getThreadsCount() !== threads) {
    throw new Error(`TensorFlow.js runs ${tf.wasm.getThreadsCount()} threads instead of ${threads}`);
  }

  let plan;
  let forward;

  const layer = (values, operation) => {
    const { kind, kernelSize: k, stride, padding } = operation;
    if (kind === 'maxPool') return (x) => tf.maxPool(x, k, stride, padding);
    const { inChannels, outChannels, weight, bias } = operation;
    const filter = tf.tidy(() => {
      const drawn = values.slice(weight, weight + outChannels * inChannels * k * k);
      return tf.transpose(tf.tensor4d(drawn, [outChannels, inChannels, k, k]), [2, 3, 1, 0]);
    });
    if (bias === null) return (x) => tf.conv2d(x, filter, stride, padding);
    const constants = tf.tensor1d(values.slice(bias, bias + outChannels));
    return (x) =>
      tf.fused.conv2d({ x, filter, strides: stride, pad: padding, bias: constants, activation: 'relu' });
  };

  return {
    name: `TensorFlow.js ${tf.version_core} wasm`,

    async prepare(given, values) {
      plan = given;
      const project = plan.projection ? layer(values, plan.projection) : (x) => x;
      const branches = plan.branches.map((steps) => steps.map((step) => layer(values, step)));
      forward = (image) => {
        const input = project(image);
        const outputs = branches.map((layers) => layers.reduce((x, layer) => layer(x), input));
        return outputs.length > 1 ? tf.concat(outputs, 3) : outputs[0];
      };
      const [channels, height, width] = plan.image;
      const image = values.slice(0, channels * height * width);
      return { input: channelsLast(image, plan.image) };
    },

    async run(input) {
      const [channels, height, width] = plan.image;
      const result = tf.tidy(() => forward(tf.tensor4d(input, [1, height, width, channels])));
      const output = await result.data();
      result.dispose();
      return { output };
    },

    toPlanes: (output) => planes(output, plan.output),
  };
}
