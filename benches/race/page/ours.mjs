// Our engine: the very workers that the site ships, and the very pool that shares the page's runs among them
// (benches/race/src/lane), with one worker or with as many as there are threads.

import init, { Engine } from './data/ours/ours.js';

const SITE = new URL('/site/', location).href;

export async function start(threads) {
  await init();
  let engine;
  return {
    name: Engine.name(),

    async prepare(plan, values) {
      engine = new Engine(SITE, threads, plan.forward);
      const [channels, height, width] = plan.image;
      return { input: values.slice(0, channels * height * width) };
    },

    // Its bands can be read where they are, as the page reads them.
    run: async (input) => ({ inside: await engine.run(input) }),

    rest: () => engine.rest(),

    toPlanes: () => engine.planes(),
  };
}
