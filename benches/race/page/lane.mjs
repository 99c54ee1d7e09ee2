// One engine in a frame of its own: what all engines have in common.
//
// An engine's module has `start(threads)`, which gives an object of
// - `name`: with its version;
// - `prepare(plan, values)`: packs what a user prepares once; may say why it is `unable`; gives the input as a
//   user of this engine holds it;
// - `run(input)`: from that input to `{ output, inside }`, an array that this page can read, and the milliseconds
//   the engine says it computed each branch for, where it does;
// - `rest()`, if it has one: what it does after a run, while the output is already read, and before the next;
// - `toPlanes(output)`: channels × rows × columns, not timed.

const { engine: module, threads } = Object.fromEntries(new URLSearchParams(location.search));

// Of a turn, so that one hiccup of the machine is not the whole of it.
const LEAST_RUNS = 2;

let engine;
let input;

async function runOnce() {
  const started = performance.now();
  const { output, inside } = await engine.run(input);
  const milliseconds = performance.now() - started;
  await engine.rest?.();
  return { output, inside, milliseconds };
}

window.lane = {
  async prepare(plan, values) {
    engine = await (await import(`./${module}.mjs`)).start(Number(threads));
    // A copy in this frame: an engine tells arrays of another from its own.
    const prepared = await engine.prepare(plan, new Float32Array(values));
    input = prepared.input;
    return { name: engine.name, unable: prepared.unable };
  },

  async output() {
    const { output } = await runOnce();
    return engine.toPlanes(output);
  },

  async warmUp() {
    await runOnce();
  },

  async run(duration) {
    const times = { page: [], inside: [] };
    const end = performance.now() + duration;
    do {
      const { inside, milliseconds } = await runOnce();
      times.page.push(milliseconds);
      if (inside !== undefined) times.inside.push(inside);
    } while (performance.now() < end || times.page.length < LEAST_RUNS);
    return times;
  },
};
