//! Many handlers behind one port: a request finds its session by path prefix, else by access key id.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::ground::exchange::{Answer, Handler, Pending, Request};

/// Why a session cannot be opened, or a key not be given to it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Another session has the name.
    #[error("a session named {0} is open already\nhint: close it first, or open under another name")]
    NameTaken(String),
    /// The name would not stand in a path as it is.
    #[error("{0:?} cannot name a session\nhint: use letters, digits, '-' and '_'")]
    BadName(String),
    /// No session has the name.
    #[error("no session named {0} is open")]
    Unknown(String),
    /// Another session has the access key id.
    #[error("the access key id {key} belongs to the session {session}")]
    KeyTaken {
        /// The access key id.
        key: String,
        /// The session that has it.
        session: String,
    },
}

/// Answers a request that belongs to no session.
type Fallback = Box<dyn Fn(&Request) -> Answer + Send + Sync>;

/// The sessions of one listener, opened and closed while it serves.
///
/// The endpoint `http://127.0.0.1:P/s1` leads to session `s1`, with `/s1` as [`Request::prefix`]: clients
/// sign it with the rest of the path. Without such a prefix the access key id of the signature decides, then
/// the default session, and at last the fallback answers.
pub struct Sessions {
    table: RwLock<Table>,
    fallback: Fallback,
}

#[derive(Default)]
struct Table {
    by_name: BTreeMap<String, Arc<dyn Handler>>,
    by_key: BTreeMap<String, String>,
    default: Option<Arc<dyn Handler>>,
}

impl Sessions {
    /// No session yet; requests of none are answered by `fallback`.
    pub fn new(fallback: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Sessions {
        Sessions { table: RwLock::default(), fallback: Box::new(fallback) }
    }

    /// Opens a session; its path prefix is `/` and the name.
    pub fn open(&self, name: &str, handler: Arc<dyn Handler>) -> Result<(), SessionError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(SessionError::BadName(name.to_owned()));
        }
        self.change(|table| {
            if table.by_name.contains_key(name) {
                return Err(SessionError::NameTaken(name.to_owned()));
            }
            table.by_name.insert(name.to_owned(), handler);
            Ok(())
        })
    }

    /// Gives requests signed with this access key id to an open session.
    pub fn give_key(&self, access_key_id: &str, name: &str) -> Result<(), SessionError> {
        self.change(|table| match table.by_key.get(access_key_id) {
            Some(session) if session != name => {
                Err(SessionError::KeyTaken { key: access_key_id.to_owned(), session: session.clone() })
            }
            _ if !table.by_name.contains_key(name) => Err(SessionError::Unknown(name.to_owned())),
            _ => {
                table.by_key.insert(access_key_id.to_owned(), name.to_owned());
                Ok(())
            }
        })
    }

    /// Closes a session and takes its keys away; exchanges under way end with the handler they began with.
    pub fn close(&self, name: &str) -> Result<Arc<dyn Handler>, SessionError> {
        self.change(|table| {
            table.by_key.retain(|_, session| session != name);
            table.by_name.remove(name).ok_or_else(|| SessionError::Unknown(name.to_owned()))
        })
    }

    /// Sets who answers requests without a prefix and a known key.
    pub fn set_default(&self, handler: Arc<dyn Handler>) {
        self.change(|table| table.default = Some(handler));
    }

    /// The names of the open sessions, in order.
    pub fn names(&self) -> Vec<String> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).by_name.keys().cloned().collect()
    }

    fn change<R>(&self, change: impl FnOnce(&mut Table) -> R) -> R {
        // A table left by a panic is whole: each change is one insertion or removal.
        change(&mut self.table.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// The handler of a request and the length of its session's prefix.
    fn route(&self, request: &Request) -> Option<(Arc<dyn Handler>, usize)> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = first_segment(&request.target)
            && let Some(handler) = table.by_name.get(name)
        {
            return Some((handler.clone(), name.len() + 1));
        }
        let session = request.access_key_id().and_then(|key| table.by_key.get(key));
        let handler = session.and_then(|name| table.by_name.get(name)).or(table.default.as_ref());
        handler.map(|handler| (handler.clone(), 0))
    }
}

impl Handler for Sessions {
    fn handle<'a>(&'a self, mut request: Request) -> Pending<'a, Answer> {
        Box::pin(async move {
            match self.route(&request) {
                Some((handler, prefix)) => {
                    request.prefix = prefix;
                    handler.handle(request).await
                }
                None => (self.fallback)(&request),
            }
        })
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sessions").field("open", &self.names()).finish_non_exhaustive()
    }
}

fn first_segment(target: &str) -> Option<&str> {
    target.strip_prefix('/')?.split(['/', '?', '#']).next()
}
