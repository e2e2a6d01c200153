//! The headers of a message: a name and a value of one of ten types.

/// A header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: HeaderValue,
}

/// The value of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderValue {
    /// True or false, a type each.
    Boolean(bool),
    /// An 8-bit integer.
    Byte(i8),
    /// A 16-bit integer.
    Short(i16),
    /// A 32-bit integer.
    Integer(i32),
    /// A 64-bit integer.
    Long(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text.
    Text(String),
    /// Milliseconds since 1970.
    Timestamp(i64),
    /// A UUID.
    Uuid([u8; 16]),
}

impl EventHeader {
    /// A header of text.
    pub fn text(name: &str, value: impl Into<String>) -> EventHeader {
        EventHeader { name: name.to_owned(), value: HeaderValue::Text(value.into()) }
    }

    /// Its text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            HeaderValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Writes a header. A name or value beyond what its length can say is cut.
pub(super) fn write(header: &EventHeader, out: &mut Vec<u8>) {
    let name = &header.name.as_bytes()[..header.name.len().min(usize::from(u8::MAX))];
    out.push(name.len() as u8);
    out.extend_from_slice(name);
    let sized = |kind: u8, bytes: &[u8], out: &mut Vec<u8>| {
        let bytes = &bytes[..bytes.len().min(usize::from(u16::MAX))];
        out.push(kind);
        out.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
        out.extend_from_slice(bytes);
    };
    let fixed = |kind: u8, bytes: &[u8], out: &mut Vec<u8>| {
        out.push(kind);
        out.extend_from_slice(bytes);
    };
    match &header.value {
        HeaderValue::Boolean(true) => out.push(0),
        HeaderValue::Boolean(false) => out.push(1),
        HeaderValue::Byte(number) => fixed(2, &number.to_be_bytes(), out),
        HeaderValue::Short(number) => fixed(3, &number.to_be_bytes(), out),
        HeaderValue::Integer(number) => fixed(4, &number.to_be_bytes(), out),
        HeaderValue::Long(number) => fixed(5, &number.to_be_bytes(), out),
        HeaderValue::Bytes(bytes) => sized(6, bytes, out),
        HeaderValue::Text(text) => sized(7, text.as_bytes(), out),
        HeaderValue::Timestamp(millis) => fixed(8, &millis.to_be_bytes(), out),
        HeaderValue::Uuid(bytes) => fixed(9, bytes, out),
    }
}

type Wrong = (usize, String);

/// Reads the headers of a message; what is wrong comes with its offset.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<EventHeader>, Wrong> {
    let mut reader = Reader { bytes, at: 0 };
    let mut headers: Vec<EventHeader> = Vec::new();
    while reader.at < bytes.len() {
        let start = reader.at;
        let header = reader.header()?;
        if headers.iter().any(|other| other.name == header.name) {
            return Err((start, format!("the header {} a second time", header.name)));
        }
        headers.push(header);
    }
    Ok(headers)
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Wrong> {
        let taken = self.bytes.get(self.at..self.at + N).and_then(|bytes| bytes.try_into().ok());
        let taken = taken.ok_or_else(|| self.cut(N))?;
        self.at += N;
        Ok(taken)
    }

    fn many(&mut self, count: usize) -> Result<Vec<u8>, Wrong> {
        let taken = self.bytes.get(self.at..self.at + count).ok_or_else(|| self.cut(count))?.to_vec();
        self.at += count;
        Ok(taken)
    }

    fn cut(&self, due: usize) -> Wrong {
        let left = self.bytes.len() - self.at;
        (self.at, format!("a header is cut: {due} bytes are due, {left} are left"))
    }

    fn text(&mut self, count: usize) -> Result<String, Wrong> {
        let at = self.at;
        String::from_utf8(self.many(count)?).map_err(|_| (at, "a header that is not UTF-8".to_owned()))
    }

    fn length(&mut self) -> Result<usize, Wrong> {
        self.take().map(|bytes| usize::from(u16::from_be_bytes(bytes)))
    }

    fn header(&mut self) -> Result<EventHeader, Wrong> {
        let [length] = self.take()?;
        let name = self.text(usize::from(length))?;
        let at = self.at;
        let [kind] = self.take()?;
        let value = match kind {
            0 => HeaderValue::Boolean(true),
            1 => HeaderValue::Boolean(false),
            2 => HeaderValue::Byte(i8::from_be_bytes(self.take()?)),
            3 => HeaderValue::Short(i16::from_be_bytes(self.take()?)),
            4 => HeaderValue::Integer(i32::from_be_bytes(self.take()?)),
            5 => HeaderValue::Long(i64::from_be_bytes(self.take()?)),
            6 => {
                let length = self.length()?;
                HeaderValue::Bytes(self.many(length)?)
            }
            7 => {
                let length = self.length()?;
                HeaderValue::Text(self.text(length)?)
            }
            8 => HeaderValue::Timestamp(i64::from_be_bytes(self.take()?)),
            9 => HeaderValue::Uuid(self.take()?),
            other => return Err((at, format!("the header {name} of the unknown type {other}"))),
        };
        Ok(EventHeader { name, value })
    }
}
