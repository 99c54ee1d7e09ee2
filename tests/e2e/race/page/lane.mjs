// One engine in a frame of its own: what all engines have in common.
//
// An engine's module has `start(threads)`, which gives an object of
// - `name`: with its version;
// - `prepare(plan, values)`: packs what a user prepares once; may say why it is `unable`; gives the input as a
//   user of this engine holds it;
// - `run(input)`: from that input to `{ output, inside }`, an array that this page can read, and the milliseconds
//   the engine says it computed for, where it does;
// - `toPlanes(output)`: channels × rows × columns, not timed.

const { engine: module, threads } = Object.fromEntries(new URLSearchParams(location.search));

// Of a turn, so that one hiccup of the machine is not the whole of it.
const LEAST_RUNS = 2;

let engine;
let input;

window.lane = {
  async prepare(plan, values) {
    engine = await (await import(`./${module}.mjs`)).start(Number(threads));
    // A copy in this frame: an engine tells arrays of another from its own.
    const prepared = await engine.prepare(plan, new Float32Array(values));
    input = prepared.input;
    return { name: engine.name, unable: prepared.unable };
  },

  async output() {
    const { output } = await engine.run(input);
    return engine.toPlanes(output);
  },

  async warmUp() {
    await engine.run(input);
  },

  async run(milliseconds) {
    const times = { page: [], inside: [] };
    const end = performance.now() + milliseconds;
    do {
      const started = performance.now();
      const { inside } = await engine.run(input);
      times.page.push(performance.now() - started);
      if (inside !== undefined) times.inside.push(inside);
    } while (performance.now() < end || times.page.length < LEAST_RUNS);
    return times;
  },
};
