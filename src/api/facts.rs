//! The facts of a service that its models do not tell: a type, which the folder of the service fills in.

/// What the program knows of one service.
#[derive(Debug)]
pub struct Facts {
    /// The short name of the service, as botocore's folders have it.
    pub service: &'static str,
    /// Its models, oldest first.
    pub models: &'static [DatedModel],
    /// Its resources: lifecycles, renamed members, quotas. YAML.
    pub(crate) resources: &'static str,
    /// The resources that an account holds before the first call. YAML.
    pub(crate) seeds: &'static str,
    /// Which operations were seen to work in the sandbox, and through which others. Tab-separated.
    pub(crate) coverage: &'static str,
    /// Eight operations of different kinds, which get the whole set of variants.
    pub(crate) named: [&'static str; 8],
    /// The domain of the links that the service hands out.
    pub(crate) link_domain: &'static str,
    /// A scenario that shows the program at work: its file name and its text.
    pub tour: (&'static str, &'static str),
}

/// A model that ships inside the program.
#[derive(Debug)]
pub struct DatedModel {
    /// The day at which the API looked like this.
    pub date: &'static str,
    /// Where it was taken from.
    pub source: &'static str,
    /// The gzipped files of the model.
    pub bytes: &'static [u8],
}
