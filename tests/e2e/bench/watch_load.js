// A function that runs before the document's own scripts. `window.benchLoad` becomes a promise of what the load took,
// which holds once the program has started and an element matches `usable`; `settle` ms later nothing is counted any
// more. All times are in ms from the navigation.
(usable, settle) => {
    const seen = {};
    for (const type of ['paint', 'largest-contentful-paint', 'layout-shift', 'longtask']) {
        seen[type] = [];
        const note = (list) => seen[type].push(...list.getEntries());
        new PerformanceObserver(note).observe({ type, buffered: true });
    }

    const measured = (painted) => {
        const firstPicture =
            seen['paint'].find((entry) => entry.name === 'first-contentful-paint')?.startTime;
        const shifts = seen['layout-shift'].filter((entry) => !entry.hadRecentInput);
        // What Lighthouse calls blocking time: the part beyond 50 ms of each task after the first picture.
        const tasks = seen['longtask'].filter((entry) => entry.startTime > firstPicture);
        const programs = performance.getEntriesByType('resource')
            .filter((entry) => entry.name.endsWith('.wasm') && entry.startTime < painted)
            .map((entry) => entry.responseEnd);
        return {
            firstPicture,
            largestPicture: seen['largest-contentful-paint'].at(-1)?.startTime,
            program: programs.length ? Math.max(...programs) : null,
            usable: painted,
            blocking: tasks.reduce((sum, entry) => sum + entry.duration - 50, 0),
            shift: shifts.reduce((sum, entry) => sum + entry.value, 0),
        };
    };

    window.benchLoad = new Promise((resolve) => {
        let started = false;
        let found = false;
        const look = () => {
            if (found || !started || !document.querySelector(usable)) return;
            found = true;
            observer.disconnect();
            requestAnimationFrame(() => {
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => {
                    const painted = performance.now();
                    setTimeout(() => resolve(measured(painted)), settle);
                };
                port2.postMessage(null);
            });
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { childList: true, subtree: true, attributeFilter: ['disabled'] });
        // A first picture in the document may look usable before: Trunk's loader tells when the program runs.
        addEventListener('TrunkApplicationStarted', () => {
            started = true;
            look();
        });
    });
}
