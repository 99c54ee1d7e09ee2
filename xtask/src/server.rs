//! A static file server on this machine.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Which port to listen on.
#[derive(Clone, Copy)]
pub enum Port {
    /// Any that is free.
    Any,
    /// This one or none.
    Exactly(u16),
    /// This one, or the next that is free.
    From(u16),
}

impl Port {
    fn listen(self) -> Result<TcpListener> {
        let (first, last) = match self {
            Self::Any => (0, 0),
            Self::Exactly(port) => (port, port),
            Self::From(port) => (port, port.saturating_add(99)),
        };
        let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        (first..last)
            .find_map(|port| listen(port).ok())
            .map_or_else(|| listen(last), Ok)
            .with_context(|| format!("can't listen on port {last}"))
    }
}

/// Whether pages are isolated from other origins, which is what a browser asks of those that share memory
/// between threads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// As static hosts serve: not.
    None,
    /// By `Cross-Origin-Opener-Policy` and `Cross-Origin-Embedder-Policy`.
    CrossOrigin,
}

/// What is served where.
pub struct Config<'a> {
    /// Folders and the paths they are served at, without a slash at the end (empty: the root).
    pub folders: &'a [(&'a str, &'a Path)],
    /// The port to listen on.
    pub port: Port,
    /// The headers beside the files.
    pub isolation: Isolation,
}

impl Config<'_> {
    fn router(&self) -> Router {
        let mut router = Router::new();
        for (mount, folder) in self.folders {
            // Where a compressed file lies beside a file, browsers get that.
            let files = ServeDir::new(folder).precompressed_br();
            router = match *mount {
                "" => router.fallback_service(files),
                mount => router.nest_service(mount, files),
            };
        }
        // The worker's file names carry no hash: a browser must ask each time whether they changed.
        let mut headers = vec![(header::CACHE_CONTROL, "no-cache")];
        if self.isolation == Isolation::CrossOrigin {
            for (name, value) in [
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-embedder-policy", "require-corp"),
            ] {
                headers.push((HeaderName::from_static(name), value));
            }
        }
        headers.into_iter().fold(router, |router, (name, value)| {
            let value = HeaderValue::from_static(value);
            router.layer(SetResponseHeaderLayer::overriding(name, value))
        })
    }
}

/// Serves folders until it is dropped or joined; the thread ends with the process.
pub struct Server {
    address: SocketAddr,
    thread: thread::JoinHandle<Result<()>>,
}

impl Server {
    /// Serves what `config` says.
    pub fn start(config: &Config) -> Result<Self> {
        let listener = config.port.listen()?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let router = config.router();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                Ok(axum::serve(listener, router).await?)
            })
        });
        Ok(Self { address, thread })
    }

    /// The address, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves until the process is stopped.
    pub fn join(self) -> Result<()> {
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}
