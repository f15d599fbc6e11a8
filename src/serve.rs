//! The preview server: shows what [`crate::watch`] last made, and tells open pages when there is something new.
//! The only user of hyper. Knows nothing of files or records; what it adds to a page it adds here, so that the
//! site itself is served byte for byte as a build writes it.
//!
//! One thread speaks to all browsers; pages are made on others. A browser that reads slowly, or not at all,
//! holds up nobody: nothing is queued for it but the newest state.

pub mod editor;
pub mod request;
pub mod state;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{Either, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rapidhash::v3::rapidhash_v3;
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, timeout_at};

use crate::error::Error;
use crate::json;
use crate::output::Content;
use crate::watch::Live;
use request::{Asked, SEARCH, asked, is_known_host, media_type};
use state::{Shared, State};

/// What pages load from the preview itself.
const CLIENT: &str = concat!(
    include_str!("serve/client/idiomorph.min.js"),
    "\n",
    include_str!("serve/client/change.js"),
    "\n",
    include_str!("serve/client/client.js")
);
const STYLE: &str = include_str!("serve/client/client.css");
const FRAME: &str = include_str!("serve/client/frame.html");

/// A browser that has asked for nothing for so long is let go; it connects again when it wants something.
const IDLE: Duration = Duration::from_secs(30);

/// So often a page hears that the server is still there.
const BEAT: Duration = Duration::from_secs(20);

/// Pages that are made at once.
const MAKERS: usize = 4;

/// So long a search waits for its index before it says that there is none yet.
const PATIENCE: Duration = Duration::from_secs(2);

/// When nothing has been saved for so long, the search follows.
const CALM: Duration = Duration::from_millis(200);

/// Where something is saved again and again, it follows after so long all the same.
const RESTLESS: Duration = Duration::from_secs(1);

/// What a server needs to know.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What pages are told.
    pub shared: Shared,
    /// The name in `--addr`, which is then a `Host` that may be asked for.
    pub host: String,
}

/// What all connections share.
struct Server {
    live: watch::Receiver<Live>,
    setting: Setting,
    /// Whoever may make the index does so alone, so that those who wait for it keep no thread from a page.
    searching: Arc<Semaphore>,
}

type Reply = Response<Either<Full<Bytes>, Lines>>;

/// Listens at the first of the addresses that can be had. Where it is taken, says which port is free.
pub fn bind(addresses: &[SocketAddr]) -> Result<TcpListener, Error> {
    let mut last = None;
    for address in addresses {
        match TcpListener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some((*address, error)),
        }
    }
    let Some((address, source)) = last else {
        return Err(Error::usage("`--addr` names no address"));
    };
    let taken = source.kind() == std::io::ErrorKind::AddrInUse;
    let free = (address.port()..=u16::MAX)
        .skip(1)
        .take(100)
        .filter(|_| taken)
        .find(|port| TcpListener::bind(SocketAddr::new(address.ip(), *port)).is_ok());
    let help =
        free.map(|port| format!("port {port} is free: `--addr {}`", SocketAddr::new(address.ip(), port)));
    Err(Error::Port { address: address.to_string(), source, help })
}

/// Serves until the process is asked to end (Ctrl-C).
pub fn serve(listener: TcpListener, live: watch::Receiver<Live>, setting: Setting) -> Result<(), Error> {
    let failed = |source| Error::Machine { doing: "serve".to_owned(), source };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(MAKERS + 1)
        .build()
        .map_err(failed)?;
    let server = Arc::new(Server { live, setting, searching: Arc::new(Semaphore::new(1)) });
    let served = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        drop(tokio::spawn(keep_searchable(Arc::clone(&server))));
        let end = asked_to_end();
        tokio::pin!(end);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let _ = stream.set_nodelay(true);
                        drop(tokio::spawn(speak(stream, Arc::clone(&server))));
                    }
                    // No descriptor is left: some connection will end.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                () = &mut end => return Ok(()),
            }
        }
    });
    // A page that is still being made is of no use any more.
    runtime.shutdown_background();
    served.map_err(failed)
}

async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Makes the search of what is shown, again and again, so that whoever searches need not wait for it.
async fn keep_searchable(server: Arc<Server>) {
    let mut live = server.live.clone();
    loop {
        let latest = Instant::now() + RESTLESS;
        while let Ok(changed) = timeout_at(latest.min(Instant::now() + CALM), live.changed()).await {
            if changed.is_err() {
                return;
            }
        }
        let now = live.borrow_and_update().clone();
        let turn = Arc::clone(&server.searching).acquire_owned().await.ok();
        let make = move || {
            let _turn = turn;
            now.snapshot.search();
        };
        let _ = tokio::task::spawn_blocking(make).await;
        if live.changed().await.is_err() {
            return;
        }
    }
}

async fn speak(stream: tokio::net::TcpStream, server: Arc<Server>) {
    let service = service_fn(|request: Request<Incoming>| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(reply(&request, server).await) }
    });
    // Whoever breaks off, or speaks something else, has nothing more to hear from us.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn reply(request: &Request<Incoming>, server: Arc<Server>) -> Reply {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !is_known_host(host, &server.setting.host) {
        return plain(StatusCode::FORBIDDEN, "This preview answers to its own address only.\n");
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut reply = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
        reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return reply;
    }
    let target = request.uri().path_and_query().map_or("", |target| target.as_str()).to_owned();
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let head = request.method() == Method::HEAD;
    let now = server.live.borrow().clone();
    let answer = match asked(&target) {
        Asked::Own(name, None) if name == "events" && !head => {
            return events(server.live.clone(), &server.setting.shared.session);
        }
        Asked::Search(ask) if !now.snapshot.has(SEARCH) => {
            searched(ask, now, &server.searching, PATIENCE).await
        }
        of => {
            let priority = now.snapshot.priority();
            let of_search = matches!(&of, Asked::Output(path) if path.starts_with("search/"));
            let kept = match of_search {
                false => (Some(priority.claim()), None),
                true => {
                    let hurry = priority.hurry();
                    (None, Some((hurry, Arc::clone(&server.searching).acquire_owned().await)))
                }
            };
            let make = move || {
                let _kept = kept;
                answer(&target, &now, &server.setting)
            };
            let Ok(answer) = tokio::task::spawn_blocking(make).await else {
                return plain(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made.\n");
            };
            answer
        }
    };
    let mut reply = Response::new(Either::Left(Full::default()));
    let headers = reply.headers_mut();
    strict(headers);
    let tag = answer.tag.unwrap_or_else(|| format!("\"{:016x}\"", rapidhash_v3(&answer.body)));
    let tag = HeaderValue::from_str(&tag).ok();
    let same = answer.status == StatusCode::OK && known.is_some() && known == tag;
    headers.extend(tag.map(|tag| (header::ETAG, tag)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(answer.cache));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.kind));
    if answer.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if let Some(policy) = answer.policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    headers.extend(
        answer.location.and_then(|to| HeaderValue::from_str(&to).ok()).map(|to| (header::LOCATION, to)),
    );
    if same {
        *reply.status_mut() = StatusCode::NOT_MODIFIED;
        return reply;
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(answer.body.len()));
    *reply.status_mut() = answer.status;
    if !head {
        *reply.body_mut() = Either::Left(Full::new(Bytes::from(answer.body)));
    }
    reply
}

/// As a strict host would send them: nobody frames, sniffs, embeds or reads it from elsewhere.
fn strict(headers: &mut header::HeaderMap) {
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
    ];
    headers.extend(always.map(|(name, value)| (name, HeaderValue::from_static(value))));
}

/// Pages say the rest themselves.
const PAGE_POLICY: &str = "frame-ancestors 'none'";

/// A file of the root is shown, not run.
const FILE_POLICY: &str =
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

fn plain(status: StatusCode, text: &'static str) -> Reply {
    let mut reply = Response::new(Either::Left(Full::new(Bytes::from_static(text.as_bytes()))));
    *reply.status_mut() = status;
    strict(reply.headers_mut());
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    reply
}

/// What is sent for a target.
struct Answer {
    status: StatusCode,
    kind: &'static str,
    body: Vec<u8>,
    cache: &'static str,
    policy: Option<&'static str>,
    location: Option<String>,
    /// Instead of one of the bytes.
    tag: Option<String>,
}

impl Answer {
    fn new(status: StatusCode, kind: &'static str, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        Answer { status, kind, body, cache: "no-cache", policy: None, location: None, tag: None }
    }

    /// A page with what there is to say of it.
    fn page(status: StatusCode, html: &str, state: &State<'_>) -> Answer {
        let (page, tag) = state::inject(html, state);
        Answer { tag: Some(tag), ..Answer::new(status, media_type("x.html"), page) }
    }

    fn json(status: StatusCode, body: Vec<u8>) -> Answer {
        Answer { cache: "no-store", ..Answer::new(status, media_type("x.json"), body) }
    }
}

/// The answer of `annals search --json`, of the site as it is `now`. Waits for its turn and for the index, but no
/// longer than `patience`; the index is then made all the same, for whoever asks again.
async fn searched(
    ask: Result<(String, usize), &'static str>,
    now: Live,
    searching: &Arc<Semaphore>,
    patience: Duration,
) -> Answer {
    let says =
        |status, message| Answer::json(status, json::to_bytes(&serde_json::json!({ "message": message })));
    if now.snapshot.is_blank() {
        return says(
            StatusCode::SERVICE_UNAVAILABLE,
            "There is nothing to search until the configuration is mended.",
        );
    }
    let (query, limit) = match ask {
        Ok(ask) => ask,
        Err(message) => return says(StatusCode::BAD_REQUEST, message),
    };
    let find = async {
        let hurry = now.snapshot.priority().hurry();
        let turn = Arc::clone(searching).acquire_owned().await.ok();
        let find = move || {
            let _kept = (hurry, turn);
            now.snapshot.index().ok()?.search(&query, limit).ok()
        };
        tokio::task::spawn_blocking(find).await.ok().flatten()
    };
    match tokio::time::timeout(patience, find).await {
        Ok(Some(found)) => Answer::json(StatusCode::OK, json::to_bytes(&found)),
        Ok(None) => says(StatusCode::INTERNAL_SERVER_ERROR, "The records could not be searched."),
        Err(_) => {
            says(StatusCode::SERVICE_UNAVAILABLE, "The index is still being made; ask again in a moment.")
        }
    }
}

fn answer(target: &str, live: &Live, setting: &Setting) -> Answer {
    let shared = &setting.shared;
    let path = match asked(target) {
        Asked::Output(path) => path,
        Asked::Own(name, of) => match name.as_str() {
            "lines" => {
                let lines = state::lines(shared, live, of.as_deref().unwrap_or_default());
                let lines = serde_json::to_vec(&lines).unwrap_or_default();
                return Answer::new(StatusCode::OK, media_type("x.json"), lines);
            }
            "client.js" => return Answer::new(StatusCode::OK, media_type("x.js"), CLIENT),
            "client.css" => return Answer::new(StatusCode::OK, media_type("x.css"), STYLE),
            "problems" => {
                let page = own_page("Problems", "");
                return Answer::page(StatusCode::OK, &page, &state::state(shared, live, None));
            }
            _ => String::new(),
        },
        Asked::Search(_) => SEARCH.to_owned(),
        Asked::Nothing => String::new(),
    };
    let snapshot = &live.snapshot;
    if snapshot.is_blank() {
        let state = state::state(shared, live, Some(&path));
        let page = own_page("Waiting", "<h1>Nothing to show yet</h1>");
        return Answer::page(StatusCode::SERVICE_UNAVAILABLE, &page, &state);
    }
    // A site that will live below a path has that path in some of its addresses.
    let path = match below(snapshot.site().config.site.base_url.as_deref(), &path) {
        Some(inside) if !snapshot.has(&path) => inside.to_owned(),
        _ => path,
    };
    if let Some(rendered) = snapshot.shown(&path)
        && let Ok(body) = state::bytes(&rendered.content, &shared.root)
    {
        let kind = media_type(&path);
        let copied = matches!(rendered.content, Content::Copy(_));
        return match std::str::from_utf8(&body) {
            Ok(html) if kind.starts_with("text/html") && !copied => {
                Answer::page(StatusCode::OK, html, &state::state(shared, live, Some(&path)))
            }
            _ => {
                // A picture that is opened by itself is a document that could run something.
                let can_run = kind == media_type("x.svg")
                    || copied && ["text/html", "application/xml"].iter().any(|run| kind.starts_with(run));
                Answer { policy: can_run.then_some(FILE_POLICY), ..Answer::new(StatusCode::OK, kind, body) }
            }
        };
    }
    let folder = format!("{}/index.html", path.trim_end_matches('/'));
    if !path.is_empty() && snapshot.has(&folder) {
        let (asked, query) =
            target.split_once('?').map_or((target, ""), |(path, _)| (path, &target[path.len()..]));
        let location = Some(format!("{asked}/{query}"));
        return Answer { location, ..Answer::new(StatusCode::FOUND, media_type("x.txt"), "") };
    }
    let page = snapshot.shown("404.html").map(|page| state::bytes(&page.content, &shared.root));
    match page.and_then(Result::ok).and_then(|body| String::from_utf8(body).ok()) {
        Some(html) => Answer::page(StatusCode::NOT_FOUND, &html, &state::state(shared, live, Some(&path))),
        None => Answer::new(StatusCode::NOT_FOUND, media_type("x.txt"), "There is no such page.\n"),
    }
}

/// A page of the preview itself; its script fills in the rest.
fn own_page(title: &str, main: &str) -> String {
    FRAME.replace("{title}", title).replace("{main}", main)
}

/// The part of a path below the one that the site's address has.
fn below<'a>(base_url: Option<&str>, path: &'a str) -> Option<&'a str> {
    let (_, rest) = base_url?.split_once("://")?;
    let (_, prefix) = rest.split_once('/')?;
    let inside = path.strip_prefix(prefix.trim_end_matches('/')).filter(|_| !prefix.is_empty())?;
    let inside = inside.strip_prefix('/')?;
    Some(if inside.is_empty() { "index.html" } else { inside })
}

// ---------------------------------------------------------------------------------------------------
// Server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

/// A body that is written line by line for as long as somebody reads it.
struct Lines(mpsc::Receiver<Bytes>);

impl Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}

fn events(mut live: watch::Receiver<Live>, session: &str) -> Reply {
    let session = session.to_owned();
    // Room for one: who does not read gets the newest state later, not all of them.
    let (send, lines) = mpsc::channel(1);
    drop(tokio::spawn(async move {
        loop {
            let message = event(&session, &live.borrow_and_update());
            if send.send(message).await.is_err() {
                return;
            }
            loop {
                tokio::select! {
                    changed = live.changed() => match changed {
                        Ok(()) => break,
                        Err(_) => return,
                    },
                    () = send.closed() => return,
                    () = tokio::time::sleep(BEAT) => {
                        if send.send(Bytes::from_static(b"event: beat\ndata:\n\n")).await.is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }));
    let mut reply = Response::new(Either::Right(Lines(lines)));
    strict(reply.headers_mut());
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

fn event(session: &str, live: &Live) -> Bytes {
    let news =
        News { moment: state::moment(session, live), edited: live.edited.as_deref(), files: &live.files };
    let data = serde_json::to_string(&news).unwrap_or_default();
    Bytes::from(format!("retry: 1000\nid: {}\ndata: {data}\n\n", live.build))
}

/// What open pages hear of a round.
#[derive(Serialize)]
struct News<'a> {
    #[serde(flatten)]
    moment: state::Moment<'a>,
    edited: Option<&'a str>,
    files: &'a BTreeMap<String, u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::DiscoverOptions;
    use crate::watch::Follower;

    #[test]
    fn the_search_follows_before_anybody_asks() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("0001-queue.md"), "# Queue\n\nText.\n")?;
        let follower = Follower::start(folder.path(), &DiscoverOptions::default(), true)?;
        let (send, live) = watch::channel(follower.live());
        let shared =
            Shared { root: folder.path().into(), session: String::new(), terminal: [None, None, None] };
        let setting = Setting { shared, host: String::new() };
        let server = Arc::new(Server { live, setting, searching: Arc::new(Semaphore::new(1)) });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let searchable = tokio::spawn(keep_searchable(Arc::clone(&server)));
            while !follower.live().snapshot.is_searchable() {
                tokio::task::yield_now().await;
            }
            drop(send);
            Ok(searchable.await?)
        })
    }

    #[test]
    fn the_index_waits_for_pages_but_whoever_searches_does_not() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("0001-queue.md"), "# Queue\n\nText.\n")?;
        let live = Follower::start(folder.path(), &DiscoverOptions::default(), true)?.live();
        let page = live.snapshot.priority().claim();
        std::thread::scope(|scope| {
            let index = scope.spawn(|| live.snapshot.search().len());
            // Long enough for an index of one record, if it were made.
            std::thread::sleep(Duration::from_millis(100));
            assert!(!live.snapshot.is_searchable() && !index.is_finished());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let ask = Ok(("queue".to_owned(), 10));
            let searching = Arc::new(Semaphore::new(1));
            let found = runtime.block_on(searched(ask, live.clone(), &searching, Duration::from_secs(60)));
            assert_eq!(found.status, StatusCode::OK);
            drop(page);
            assert!(index.join().is_ok_and(|files| files > 0));
            Ok(())
        })
    }

    #[test]
    fn a_search_waits_for_an_index_only_so_long() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("0001-queue.md"), "# Queue\n\nText.\n")?;
        let live = Follower::start(folder.path(), &DiscoverOptions::default(), true)?.live();
        let searching = Arc::new(Semaphore::new(1));
        let ask = |patience| searched(Ok(("queue".to_owned(), 10)), live.clone(), &searching, patience);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let made_by_somebody_else = searching.acquire().await?;
            let said = ask(Duration::ZERO).await;
            assert_eq!((said.status, said.cache), (StatusCode::SERVICE_UNAVAILABLE, "no-store"));
            let said: serde_json::Value = serde_json::from_slice(&said.body)?;
            assert!(said["message"].is_string());
            drop(made_by_somebody_else);
            assert_eq!(ask(Duration::MAX).await.status, StatusCode::OK);
            Ok(())
        })
    }
}
