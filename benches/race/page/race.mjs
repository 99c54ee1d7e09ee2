// The race: one lane an engine and number of threads, run in turn. The Rust side calls `race`.
//
// A lane is a frame of its own, since a peer's number of threads is fixed once it has started, and since two
// of them would share their globals. An engine lives on the page's main thread where its users run it there.

const all = navigator.hardwareConcurrency;

// Everybody with one thread, and where there are more cores with all of them. Ours comes first: the others'
// outputs are compared with its.
const ENGINES = ['ours', 'ort', 'tfjs'];
const ENTRANTS = [...new Set([1, all])].flatMap((threads) => ENGINES.map((engine) => ({ engine, threads })));

const WARM_UPS = 2;

const lanes = [];

function openLane({ engine, threads }) {
  const frame = document.createElement('iframe');
  frame.src = `lane.html?engine=${engine}&threads=${threads}`;
  document.body.append(frame);
  return new Promise((resolve, reject) => {
    // The lane's module has run when its frame has loaded.
    frame.onload = () => resolve(frame.contentWindow.lane);
    frame.onerror = reject;
  });
}

// The largest difference, relative to the greatest value; NaN where there is one, or nothing but zeros.
function difference(output, expected) {
  if (output.length !== expected.length) return NaN;
  let [largest, greatest] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    const distance = Math.abs(output[index] - expected[index]);
    if (!(distance <= largest)) largest = distance;
    greatest = Math.max(greatest, Math.abs(expected[index]));
  }
  return largest / greatest;
}

let plan;
let values;
let expected;

window.race = {
  // Reads the case; how many will race.
  async start() {
    if (!crossOriginIsolated) throw new Error('the page is not isolated: the peers would get no threads');
    plan = await (await fetch('data/case.json')).json();
    values = new Float32Array(await (await fetch('data/case.bin')).arrayBuffer());
    return ENTRANTS.length;
  },

  // Starts an engine, compares its output with the first one's, warms it up.
  async prepare(index) {
    const { engine, threads } = ENTRANTS[index];
    const lane = await openLane(ENTRANTS[index]);
    lanes[index] = lane;
    const { name, unable } = await lane.prepare(plan, values);
    const entrant = { name, ours: engine === 'ours', threads, unable: unable ?? null };
    if (unable) return [entrant, null];
    const output = await lane.output();
    expected ??= output;
    for (let run = 0; run < WARM_UPS; run++) await lane.warmUp();
    return [entrant, difference(output, expected)];
  },

  // Runs one engine again and again for about so many milliseconds; its times.
  run: (index, milliseconds) => lanes[index].run(milliseconds),
};
