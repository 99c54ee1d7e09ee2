// Runs before the first paint: sets the visit's theme and language, and shows the picture of its view.
({ themeKey, langKey, languages, views, narrow, opening }) => {
    const stored = (key) => {
        try {
            return localStorage.getItem(key);
        } catch {
            return null;
        }
    };
    const root = document.documentElement;
    const theme = stored(themeKey);
    if (theme) root.dataset.theme = theme;
    const spoken = [stored(langKey), ...navigator.languages].map((code) => code?.slice(0, 2));
    root.lang = spoken.find((code) => languages.includes(code)) ?? languages[0];

    const properties = location.hash.slice(1).split('&').filter(Boolean);
    const view = views.find((view) => properties.includes(`view=${view}`)) ?? views[0];
    const others = properties.filter((property) => !property.startsWith('view=') && property !== 'v=1');
    const name = `picture-${root.lang}-${view}`;
    const narrowed = matchMedia(narrow).matches && document.getElementById(`${name}-narrow`);
    const picture = (narrowed || document.getElementById(name)).content;

    const place = document.createElement('div');
    place.className = 'first-picture';
    // Another link's numbers are not the picture's: they stay hidden until the program has read it.
    place.classList.toggle('without-numbers', others.length > 0 && others.join('&') !== opening);
    place.inert = true;
    // The photographs would take the network from the program.
    picture.querySelectorAll('img').forEach((image) => image.remove());
    place.append(picture);
    document.getElementById('page').replaceChildren(place);
}
