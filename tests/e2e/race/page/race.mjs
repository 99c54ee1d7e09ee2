// The race: one lane an engine and number of threads, run in turn. The Rust side calls `race`.
//
// A lane is a frame of its own, since a peer's number of threads is fixed once it has started, and since two
// of them would share their globals. An engine lives on the page's main thread where its users run it there.

const all = navigator.hardwareConcurrency;

// Ours runs in one worker so far; with a pool it enters a second time, as the others do.
const ENTRANTS = [
  { engine: 'ours', threads: 1 },
  { engine: 'ort', threads: 1 },
  { engine: 'tfjs', threads: 1 },
  ...(all > 1 ? [{ engine: 'ort', threads: all }, { engine: 'tfjs', threads: all }] : []),
];

const WARM_UPS = 2;

let lanes = [];

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

window.race = {
  // Starts every engine, compares their outputs, warms them up.
  async prepare() {
    if (!crossOriginIsolated) throw new Error('the page is not isolated: the peers would get no threads');
    const plan = await (await fetch('data/case.json')).json();
    const values = new Float32Array(await (await fetch('data/case.bin')).arrayBuffer());
    const entrants = [];
    const errors = [];
    let expected;
    for (const entrant of ENTRANTS) {
      const lane = await openLane(entrant);
      lanes.push(lane);
      const { name, unable } = await lane.prepare(plan, values);
      entrants.push({ name, ours: entrant.engine === 'ours', threads: entrant.threads, unable: unable ?? null });
      if (unable) {
        errors.push(null);
        continue;
      }
      const output = await lane.output();
      expected ??= output;
      errors.push(difference(output, expected));
      for (let run = 0; run < WARM_UPS; run++) await lane.run(0);
    }
    return { entrants, errors };
  },

  // Runs one engine again and again for about so many milliseconds; its times.
  run: (index, milliseconds) => lanes[index].run(milliseconds),
};
