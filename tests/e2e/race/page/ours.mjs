// Our engine: the very worker that the site ships, asked as the page asks it (src/worker/client.rs).

const SITE = new URL('/site/', location);

// A module of one function, which multiplies and adds relaxed vectors.
const RELAXED = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01, 0x7b, 0x01, 0x7b,
  0x03, 0x02, 0x01, 0x00, 0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd,
  0x85, 0x02, 0x0b,
]);

function startWorker(script) {
  const worker = new Worker(new URL(script, SITE), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message ?? `${script} could not be loaded`));
    // It listens when it has said `Ready`.
    worker.onmessage = () => resolve(worker);
  });
}

// The first that loads, as on the page.
async function startAny(scripts) {
  const [script, ...others] = scripts;
  try {
    return { worker: await startWorker(script), relaxed: script.includes('relaxed') };
  } catch (error) {
    if (others.length === 0) throw error;
    return startAny(others);
  }
}

export async function start() {
  let worker;
  let request;
  let room;
  let last;
  return {
    name: 'ours',

    async prepare(plan, values) {
      request = plan.request;
      if (!request) return { unable: 'the worker has no message for this case' };
      const knowsRelaxed = WebAssembly.validate(RELAXED);
      const started = await startAny(
        plan.workers.filter((script) => knowsRelaxed || !script.includes('relaxed')),
      );
      worker = started.worker;
      if (started.relaxed) this.name = 'ours, relaxed SIMD';
      const [channels, height, width] = plan.image;
      return { input: values.slice(0, channels * height * width) };
    },

    run(input) {
      return new Promise((resolve, reject) => {
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = ({ data: [response, , output] }) => {
          if (response.Band) {
            const inside = response.Band.milliseconds.reduce((sum, branch) => sum + branch, 0);
            [room, last] = [last, output];
            resolve({ output, inside });
          }
          if (response.Failed) reject(new Error(JSON.stringify(response.Failed.error)));
        };
        // What is sent is gone, and the input is needed again.
        const sent = input.slice();
        worker.postMessage([request, sent], [sent.buffer]);
        // All rows in one band, as the page asks where it has one worker.
        const band = { layer: 'Module', first: 0, rows: request.Open.forward.height };
        const known = new Float64Array(0);
        const message = [{ Band: { run: request.Open.run, band, goal: 'Finish' } }, known];
        // The page gives back the memory of the output before last (src/page/forward/run.rs).
        const given = room ? [room.buffer] : [];
        worker.postMessage([...message, ...given], given);
      });
    },

    // A copy: its memory is given back two runs later.
    toPlanes: (output) => output.slice(),
  };
}
