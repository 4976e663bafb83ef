//! Changes that were read or answered of late, by their texts: a change that comes back as it was given is not read again.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::change::Change;

/// So many are kept: a host leads few changes at a time, or many once each.
const MOST: usize = 8;
/// The longest text that is kept, in bytes.
const LONGEST: usize = 65_536;

/// Changes by the texts that stand for them, the latest first. Losing one loses nothing but time.
#[derive(Debug, Default)]
pub struct Recent {
    kept: RefCell<VecDeque<(Box<str>, Arc<Change>)>>,
}

impl Recent {
    /// Returns the length of a kept text that a text begins with, as the whole of a member of an object.
    pub(super) fn length_of(&self, text: &str) -> Option<usize> {
        let ends = |length: usize| matches!(text.as_bytes().get(length), Some(b',' | b'}'));
        let kept = self.kept.borrow();
        let mut lengths =
            kept.iter().filter(|(known, _)| text.starts_with(&**known)).map(|(known, _)| known.len());
        lengths.find(|length| ends(*length))
    }

    /// Returns the change that a text stands for.
    pub(super) fn get(&self, text: &str) -> Option<Arc<Change>> {
        self.kept.borrow().iter().find(|(known, _)| **known == *text).map(|(_, change)| Arc::clone(change))
    }

    /// Keeps a change for its text, instead of the one that was of no use for longest.
    pub(super) fn keep(&self, text: &str, change: &Arc<Change>) {
        if text.len() > LONGEST {
            return;
        }
        let mut kept = self.kept.borrow_mut();
        kept.retain(|(known, _)| **known != *text);
        kept.truncate(MOST.saturating_sub(1));
        kept.push_front((text.into(), Arc::clone(change)));
    }
}
