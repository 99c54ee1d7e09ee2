// A plan as an ONNX model: just enough of protobuf to write one. Field numbers are from onnx.proto
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

const OPSET = 17;
const IR_VERSION = 8;
const FLOAT = 1;
const INTS = 7;

const text = (string) => new TextEncoder().encode(string);

function join(parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function varint(number) {
  const bytes = [];
  for (; number >= 128; number = Math.floor(number / 128)) bytes.push((number % 128) | 128);
  return Uint8Array.from([...bytes, number]);
}

const number = (field, value) => join([varint(field * 8), varint(value)]);
const bytes = (field, ...parts) => {
  const content = join(parts);
  return join([varint(field * 8 + 2), varint(content.length), content]);
};
const string = (field, value) => bytes(field, text(value));

const tensor = (name, dims, values) =>
  join([
    ...dims.map((side) => number(1, side)),
    number(2, FLOAT),
    string(8, name),
    bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]);

const valueInfo = (name, dims) => {
  const shape = dims.map((side) => bytes(1, number(1, side)));
  return join([string(1, name), bytes(2, bytes(1, number(1, FLOAT), bytes(2, ...shape)))]);
};

const ints = (name, values) => bytes(5, string(1, name), ...values.map((value) => number(8, value)), number(20, INTS));
const int = (name, value) => bytes(5, string(1, name), number(3, value), number(20, 2));

const node = (operator, inputs, output, ...attributes) =>
  bytes(1, ...inputs.map((input) => string(1, input)), string(2, output), string(4, operator), ...attributes);

export function model(plan, values) {
  const nodes = [];
  const initializers = [];
  let made = 0;

  const weights = (start, ...dims) => {
    const name = `weights${start}`;
    const count = dims.reduce((product, side) => product * side, 1);
    initializers.push(bytes(5, tensor(name, dims, values.subarray(start, start + count))));
    return name;
  };

  const step = (input, operation) => {
    const output = `made${made++}`;
    const { kind, kernelSize: k, stride, padding } = operation;
    const window = [
      ints('kernel_shape', [k, k]),
      ints('strides', [stride, stride]),
      ints('pads', [padding, padding, padding, padding]),
    ];
    if (kind === 'maxPool') {
      nodes.push(node('MaxPool', [input], output, ...window));
      return output;
    }
    const { inChannels, outChannels, weight, bias } = operation;
    const inputs = [input, weights(weight, outChannels, inChannels, k, k)];
    if (bias === null) {
      nodes.push(node('Conv', inputs, output, ...window));
      return output;
    }
    nodes.push(node('Conv', [...inputs, weights(bias, outChannels)], `${output}.linear`, ...window));
    nodes.push(node('Relu', [`${output}.linear`], output));
    return output;
  };

  const input = plan.projection ? step('image', plan.projection) : 'image';
  const outputs = plan.branches.map((steps) => steps.reduce(step, input));
  nodes.push(
    outputs.length > 1 ? node('Concat', outputs, 'output', int('axis', 1)) : node('Identity', outputs, 'output'),
  );
  const graph = [
    ...nodes,
    string(2, 'race'),
    ...initializers,
    bytes(11, valueInfo('image', [1, ...plan.image])),
    bytes(12, valueInfo('output', [1, ...plan.output])),
  ];
  return join([number(1, IR_VERSION), bytes(7, ...graph), bytes(8, string(1, ''), number(2, OPSET))]);
}
