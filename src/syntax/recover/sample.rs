//! Bindings of a sample, one by one, also within records.

use crate::syntax::ast::{Binding, BoundValue};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::Kind;

use super::{MOST_ERRORS, Recovery};

impl Recovery<'_, '_> {
    /// Reads the bindings between two braces.
    pub(super) fn bindings(&mut self, from: usize, to: usize) -> Vec<Binding> {
        let mut found = Vec::new();
        let mut index = from;
        while index < to && self.errors < MOST_ERRORS {
            let start = self.start(index);
            let failure = match self.run(Rule::one_bind, start, self.start(to)) {
                Ok(nodes) => {
                    let end = self.build.one_bind(nodes).map(|(binding, end)| {
                        found.push(binding);
                        end
                    });
                    index = self.index_at(end.unwrap_or(self.start(to))).max(index.saturating_add(1));
                    continue;
                }
                Err(failure) => failure,
            };
            let equals = self.path_end(index);
            let open = equals.map(|equals| equals.saturating_add(1)).filter(|&open| self.is(open, "{"));
            if let Some((equals, open)) = equals.zip(open)
                && let Some(close) = self.partner(open, to)
                && self.index_at(failure.at) > open
            {
                let value = BoundValue::Record(self.bindings(open.saturating_add(1), close));
                let span = self.build.bytes(start, self.end_before(close.saturating_add(1)));
                let path = self.build.path_of(self.build.bytes(start, self.end_before(equals)));
                found.push(Binding { span, path, value });
                index = close.saturating_add(1);
                if self.is(index, ",") {
                    index = index.saturating_add(1);
                }
                continue;
            }
            self.fail(&failure, index);
            let next = self.index_at(failure.at).max(index.saturating_add(1));
            index = self.next_where(next, to, |index| self.path_end(index).is_some());
        }
        found
    }

    /// Returns the index of the `=` behind the path that begins at `index`, if that begins a binding.
    fn path_end(&self, index: usize) -> Option<usize> {
        let mut index = index;
        loop {
            self.token(index).filter(|token| token.kind == Kind::Word)?;
            let next = index.saturating_add(1);
            if self.is(next, "=") {
                return Some(next);
            }
            self.token(next).filter(|token| token.is("."))?;
            index = index.saturating_add(2);
        }
    }
}
