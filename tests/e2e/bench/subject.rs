//! What is measured: the page's views, and the floor beside them.

/// A document that is opened, and how to tell that it can be used.
pub struct Subject {
    /// Its name in tables.
    pub name: &'static str,
    /// Its address below the site's.
    pub address: &'static str,
    /// CSS of what is there once it can be used.
    pub usable: &'static str,
}

/// The Module view, which the front page opens.
pub const MODULE: Subject = Subject {
    name: "Module",
    address: "",
    usable: "body:has(#counts) #in_channels-slider:enabled",
};

/// The Forward view: the photograph is there, and a worker has made an input of it.
pub const FORWARD: Subject =
    Subject { name: "Forward", address: "#v=1&view=forward", usable: "#run:enabled" };

/// The Networks view.
pub const NETWORKS: Subject =
    Subject { name: "Networks", address: "#v=1&view=networks", usable: "#net-params:not(:empty)" };

/// The page's views, in the order of the tables.
pub const VIEWS: [Subject; 3] = [MODULE, FORWARD, NETWORKS];

/// A bare page with a slider: what the browser itself costs.
pub const FLOOR: Subject = Subject { name: "floor", address: "floor/", usable: "#slider:enabled" };
