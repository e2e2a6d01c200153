//! Where and how an error's code travels in a protocol, as data: variants of errors are made of it.

/// How a protocol writes errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorForm {
    /// The members from the top of the body down to the structure that holds code and message: empty where that
    /// is the body itself, `Error` in `<ErrorResponse><Error>`.
    pub within: &'static [&'static str],
    /// Every place in which a client must find the code; a service of this protocol writes the first.
    pub code: &'static [CodePlace],
    /// The code may stand between a namespace and a URI, `namespace#Code:uri`, both of which a client removes.
    pub decorated: bool,
    /// The names under which the message is written.
    pub message: &'static [&'static str],
    /// The field `Code;Fault` that tells the code of a service that once spoke awsQuery, where there is one.
    pub query_code: Option<&'static str>,
}

/// One place in which an error's code may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePlace {
    /// In this field of the response.
    Header(&'static str),
    /// In this member of the structure that [`ErrorForm::within`] leads to.
    Member(&'static str),
}
