//! A static file server on this machine.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderValue, header};
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

/// Serves a folder until it is dropped or joined; the thread ends with the process.
pub struct Server {
    address: SocketAddr,
    thread: thread::JoinHandle<Result<()>>,
}

impl Server {
    /// Serves `folder` at `mount`, a path without a slash at its end (empty: the root).
    pub fn start(folder: &Path, mount: &str, port: Port) -> Result<Self> {
        let listener = port.listen()?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let files = ServeDir::new(folder);
        let router = match mount {
            "" => Router::new().fallback_service(files),
            mount => Router::new().nest_service(mount, files),
        };
        // The worker's file names carry no hash: a browser must ask each time whether they changed.
        let router = router.layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ));
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
