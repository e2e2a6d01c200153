//! What a call must respect besides its own shape: other resources that it names, alternatives, quotas.

use super::account::Record;
use super::call::CallContext;
use super::catalogue::ResourceKind;
use super::fault::{self, RefusedCall};
use super::path;
use super::table::Quota;
use crate::api::model::{Fields, Value};

/// States in which a resource takes up nothing.
const IDLE: [&str; 6] = ["Stopped", "Failed", "Completed", "STOPPED", "FAILED", "COMPLETED"];

impl CallContext<'_> {
    /// Everything that must hold before a resource is made or changed; `changed` is the one changed.
    pub(super) fn check_limits(
        &self,
        kind: &ResourceKind,
        changed: Option<&Record>,
    ) -> Result<(), RefusedCall> {
        if changed.is_none() {
            self.check_alternatives(kind)?;
        }
        self.check_needs(kind)?;
        let fields = self.wanted(kind, changed);
        self.check_quotas(kind, &fields, changed)
    }

    fn check_alternatives(&self, kind: &ResourceKind) -> Result<(), RefusedCall> {
        for group in &kind.rules.one_of {
            let given = group.iter().filter(|path| path::first(self.input, path).is_some()).count();
            let known = group.iter().filter(|path| self.knows(path)).count();
            if given != 1 && known > 1 {
                return Err(fault::invalid(format!("Exactly one of {} must be given.", group.join(" and "))));
            }
        }
        Ok(())
    }

    /// Whether the operation has a member at this date.
    fn knows(&self, path: &str) -> bool {
        let mut shape = self.operation.input;
        path.split('.').all(|name| {
            let member = shape.and_then(|shape| self.model.shape(shape).member(name));
            shape = member.map(|member| member.shape);
            member.is_some()
        })
    }

    fn check_needs(&self, kind: &ResourceKind) -> Result<(), RefusedCall> {
        for (place, needed) in &kind.rules.needs {
            let Some(needed) = self.catalogue.kinds.get(needed) else { continue };
            for name in path::all(self.input, place).into_iter().filter_map(Value::as_str) {
                if self.by_name(&needed.name, name).is_none() {
                    return Err(fault::usual_missing(self, needed, name));
                }
            }
        }
        Ok(())
    }

    /// The resource as it would be after this call: its current fields, overlaid with the input, then with fields
    /// copied from the named configuration.
    fn wanted(&self, kind: &ResourceKind, changed: Option<&Record>) -> Fields {
        let mut fields = changed.map(|record| record.fields.clone()).unwrap_or_default();
        fields.extend(self.input.iter().map(|(name, value)| (name.clone(), value.clone())));
        let config =
            fields.get("EndpointConfigName").and_then(Value::as_str).filter(|_| kind.name == "Endpoint");
        if let Some(config) = config.and_then(|name| self.by_name("EndpointConfig", name)) {
            fields.extend(config.fields.into_iter().filter(|(name, _)| name == "ProductionVariants"));
        }
        fields
    }

    /// Quotas, for what a resource would be.
    pub(super) fn check_quotas(
        &self,
        kind: &ResourceKind,
        fields: &Fields,
        changed: Option<&Record>,
    ) -> Result<(), RefusedCall> {
        kind.rules.quotas.iter().try_for_each(|quota| match (&quota.at, quota.above, quota.most) {
            (Some(at), Some(above), _) => {
                let over = |value: &&Value| matches!(value, Value::Integer(number) if *number > above);
                match path::all(fields, at).into_iter().find(over) {
                    Some(_) => Err(fault::limit(&format!("instances for {} usage", kind.words), above, 0)),
                    None => Ok(()),
                }
            }
            (Some(at), None, Some(most)) => self.check_values(kind, quota, at, most, fields, changed),
            (None, _, Some(most)) if changed.is_none() => {
                let used = self.account.of_kind(&kind.name).count();
                if used < most { Ok(()) } else { Err(used_up(kind, quota, most, used)) }
            }
            _ => Ok(()),
        })
    }

    fn check_values(
        &self,
        kind: &ResourceKind,
        quota: &Quota,
        at: &str,
        most: usize,
        fields: &Fields,
        changed: Option<&Record>,
    ) -> Result<(), RefusedCall> {
        for value in path::all(fields, at).into_iter().filter_map(Value::as_str) {
            let holds = |record: &&Record| {
                let idle = kind.status.as_ref().and_then(|(status, _)| record.fields.get(status));
                let idle = idle.and_then(Value::as_str).is_some_and(|status| IDLE.contains(&status));
                let same = path::all(&record.fields, at).into_iter().any(|held| held.as_str() == Some(value));
                !idle && same && changed.is_none_or(|changed| changed.ordinal != record.ordinal)
            };
            let used = self.account.of_kind(&kind.name).filter(holds).count();
            if quota.of.iter().any(|limited| limited == value) && used >= most {
                return Err(fault::limit(&format!("{value} for {} usage", kind.words), most, used));
            }
        }
        Ok(())
    }

    /// Refuses to delete what another resource still names.
    pub(super) fn check_held(&self, kind: &ResourceKind, record: &Record) -> Result<(), RefusedCall> {
        for (holder, place) in &kind.rules.held_by {
            let holds = |other: &&Record| {
                let names = path::all(&other.fields, place).into_iter().filter_map(Value::as_str);
                names.into_iter().any(|name| name == record.name || name == record.arn)
            };
            if let Some(other) = self.account.of_kind(holder).find(holds) {
                let message =
                    format!("The {} \"{}\" is still used by \"{}\".", kind.words, record.arn, other.arn);
                return Err(fault::error("ResourceInUse", message));
            }
        }
        Ok(())
    }
}

fn used_up(kind: &ResourceKind, quota: &Quota, most: usize, used: usize) -> RefusedCall {
    match &quota.code {
        Some(code) => {
            let message = format!("There is already a {} in this account and region.", kind.words);
            fault::error(code, message)
        }
        None => fault::limit(&format!("number of {}s", kind.words), most, used),
    }
}
