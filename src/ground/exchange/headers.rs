//! Header fields: ordered, named without regard to case, repeats kept.

/// Header fields in the order and spelling of the wire.
///
/// A value is text in which each character up to U+00FF stands for the byte of that number (ISO-8859-1), so
/// that any octet of RFC 9110, section 5.5, survives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No fields.
    pub fn new() -> Headers {
        Headers::default()
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All values of that name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// True if a field of that name is there.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds a field at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Puts one value in place of all of that name, where the first stood or at the end.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let place = self.0.iter().position(|(field, _)| field.eq_ignore_ascii_case(name));
        let spelling = place.map_or_else(|| name.to_owned(), |index| self.0[index].0.clone());
        self.remove(name);
        let index = place.unwrap_or(self.0.len()).min(self.0.len());
        self.0.insert(index, (spelling, value.into()));
    }

    /// Takes away all fields of that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(field, _)| !field.eq_ignore_ascii_case(name));
    }

    /// Keeps the fields for which `keep(name, value)` is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &str) -> bool) {
        self.0.retain(|(name, value)| keep(name, value));
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The octets of a value as they stand on the wire.
    pub fn octets(value: &str) -> Vec<u8> {
        value.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?')).collect()
    }

    /// A value as text, one character an octet.
    pub fn text(octets: &[u8]) -> String {
        octets.iter().map(|octet| char::from(*octet)).collect()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Headers {
        Headers(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Headers;

    #[test]
    fn names_ignore_case_and_repeats_stay_in_order() {
        let mut headers: Headers =
            [("Host", "a"), ("X-Many", "1"), ("x-many", "2"), ("Via", "p")].into_iter().collect();
        assert_eq!(headers.all("X-MANY").collect::<Vec<_>>(), ["1", "2"]);
        headers.set("x-MANY", "3");
        assert_eq!(headers.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["Host", "X-Many", "Via"]);
        assert_eq!(Headers::octets(&Headers::text(&[0x80, 0xFF, 0x20])), [0x80, 0xFF, 0x20]);
    }
}
