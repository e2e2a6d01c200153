//! Bytes to [`Json`]: a strict RFC 8259 reader that says where and what.

use super::{Json, Text};

/// How deep arrays and objects may nest before the reader refuses, so that no document ends the stack.
pub const MAX_DEPTH: usize = 1_200;

/// Why bytes are not one JSON document, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at line {line}, column {column} (byte {offset}): {what}")]
pub struct ReadError {
    /// Bytes before the place.
    pub offset: usize,
    /// Line of the place, from 1.
    pub line: usize,
    /// Column of the place in bytes, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
}

/// Reads exactly one document; only white space may follow it.
pub fn parse(bytes: &[u8]) -> Result<Json, ReadError> {
    let (value, end) = parse_prefix(bytes)?;
    let mut reader = Reader { bytes, at: end };
    reader.skip_space();
    if reader.at < bytes.len() {
        return Err(reader.error("text after the end of the document"));
    }
    Ok(value)
}

/// Reads the document at the start and tells how many bytes it took.
pub fn parse_prefix(bytes: &[u8]) -> Result<(Json, usize), ReadError> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.value(0)?;
    Ok((value, reader.at))
}

/// The line, from 1, on which the value at a path starts; a step is a member name or an index as text. Where the
/// path leaves the document, the line of its last value that is there.
pub fn line_of(bytes: &[u8], path: &[&str]) -> usize {
    let mut reader = Reader { bytes, at: 0 };
    for step in path {
        let before = reader.at;
        if reader.step_into(step).is_none() {
            reader.at = before;
            break;
        }
    }
    reader.skip_space();
    reader.error("").line
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn error(&self, what: impl Into<String>) -> ReadError {
        let before = &self.bytes[..self.at.min(self.bytes.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        ReadError { offset: before.len(), line, column, what: what.into() }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Moves to the value of a member or item.
    fn step_into(&mut self, step: &str) -> Option<()> {
        self.skip_space();
        let open = self.peek()?;
        self.at += 1;
        for index in 0usize.. {
            self.skip_space();
            let found = match open {
                b'{' => {
                    let name = self.string().ok()?;
                    self.skip_space();
                    self.at += 1;
                    name.as_str() == Some(step)
                }
                b'[' => index.to_string() == step,
                _ => return None,
            };
            if found {
                return Some(());
            }
            self.value(0).ok()?;
            self.skip_space();
            if self.peek()? != b',' {
                return None;
            }
            self.at += 1;
        }
        None
    }

    fn value(&mut self, depth: usize) -> Result<Json, ReadError> {
        if depth > MAX_DEPTH {
            return Err(self.error(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(byte) => Err(self.error(format!("a value cannot start with {}", shown(byte)))),
            None => Err(self.error("the text ends where a value should start")),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, ReadError> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.error(format!("expected `{word}`")))
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, ReadError> {
        self.at += 1;
        let mut members = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.error("expected a member name in quotes"));
            }
            let name = self.string()?;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.error("expected `:` after the member name"));
            }
            self.at += 1;
            members.push((name, self.value(depth + 1)?));
            if self.ends_with(b'}')? {
                return Ok(Json::Object(members));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, ReadError> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.ends_with(b']')? {
                return Ok(Json::Array(items));
            }
        }
    }

    /// After an item: true at the closing mark, false after a comma.
    fn ends_with(&mut self, close: u8) -> Result<bool, ReadError> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) => {
                Err(self.error(format!("expected `,` or `{}`, found {}", char::from(close), shown(byte))))
            }
            None => Err(self.error(format!("the text ends before `{}`", char::from(close)))),
        }
    }

    fn number(&mut self) -> Result<Json, ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.error("expected a digit")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Json::Number(String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned()))
    }

    fn digits(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.error("expected a digit")) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Text, ReadError> {
        self.at += 1;
        let mut text = Text::default();
        loop {
            let start = self.at;
            while matches!(self.peek(), Some(byte) if byte != b'"' && byte != b'\\' && byte >= 0x20) {
                self.at += 1;
            }
            match std::str::from_utf8(&self.bytes[start..self.at]) {
                Ok(run) => text.push_str(run),
                Err(error) => {
                    self.at = start + error.valid_up_to();
                    return Err(self.error("the string is not valid UTF-8"));
                }
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                Some(byte) => return Err(self.error(format!("{} must be escaped in a string", shown(byte)))),
                None => return Err(self.error("the text ends inside a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<u32, ReadError> {
        let byte = self.peek().ok_or_else(|| self.error("the text ends inside an escape"))?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => u32::from(byte),
            b'b' => 0x08,
            b'f' => 0x0C,
            b'n' => 0x0A,
            b'r' => 0x0D,
            b't' => 0x09,
            b'u' => {
                let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
                let text = std::str::from_utf8(digits).unwrap_or_default();
                if text.len() != 4 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                    return Err(self.error("expected four hexadecimal digits after `\\u`"));
                }
                self.at += 4;
                u32::from_str_radix(text, 16).unwrap_or_default()
            }
            other => return Err(self.error(format!("unknown escape {}", shown(other)))),
        })
    }
}

fn shown(byte: u8) -> String {
    if byte.is_ascii_graphic() { format!("`{}`", char::from(byte)) } else { format!("byte 0x{byte:02x}") }
}

#[cfg(test)]
mod tests {
    use super::super::{Style, write};
    use super::*;

    #[test]
    fn a_document_is_written_back_as_it_was_read() {
        for text in [
            r#"{"a":1,"a":2.50,"b":[null,true,false,-0.0,1E+400,123456789012345678901234567890],"":{}}"#,
            r#""\ud800\udc00x\ud800""#.replace("\\ud800\\udc00", "𐀀").as_str(),
            "[]",
            "0",
        ] {
            assert_eq!(
                String::from_utf8_lossy(&write(&parse(text.as_bytes()).unwrap(), Style::Compact)),
                *text
            );
        }
    }

    #[test]
    fn the_line_of_a_path_is_found() {
        let text = b"{\n \"a\": [1,\n  {\"b\":\n 2}],\n \"c\": 3}";
        for (path, line) in
            [(&["a"][..], 2), (&["a", "1"], 3), (&["a", "1", "b"], 4), (&["c"], 5), (&["a", "7"], 2)]
        {
            assert_eq!(line_of(text, path), line, "{path:?}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (text, line, column) in [
            ("", 1, 1),
            ("{\n \"a\": tru}", 2, 7),
            ("[1,]", 1, 4),
            ("[01]", 1, 3),
            ("\"\u{1}\"", 1, 2),
            ("{\"a\" 1}", 1, 6),
            ("NaN", 1, 1),
            ("1 2", 1, 3),
            ("\u{feff}1", 1, 1),
            ("\"\\u12g4\"", 1, 4),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        }
        assert!(parse(&b"[".repeat(100_000)).unwrap_err().what.contains("deeper"));
        assert!(parse(b"\"\xff\"").unwrap_err().what.contains("UTF-8"));
    }
}
