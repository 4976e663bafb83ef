//! Whether a form that was read from bytes can be walked.

use super::{Ir, NodeId, operands};

/// The checker lets conditions nest 64 deep, and lets read lets 64 deep; each `let` is a step of its own.
const DEEPEST: usize = 64 * 66;

/// Returns whether every walk over the nodes comes to an end, and none goes deeper than the checker allows: what
/// [`lower`](super::lower) made is sound, what somebody else wrote may not be.
pub fn is_sound(ir: &Ir) -> bool {
    let mut depths: Vec<Depth> = vec![Depth::Unknown; ir.nodes.len()];
    let roots = (0..).take(ir.nodes.len()).map(NodeId);
    roots.into_iter().all(|root| is_sound_from(ir, root, &mut depths))
        && ir.spans.len() == ir.nodes.len()
        && is_sound_apart(ir)
}

/// Whether the monitor can walk what it reads.
#[cfg(any(feature = "compiler", feature = "life"))]
fn is_sound_apart(ir: &Ir) -> bool {
    super::telemetry::is_sound(ir)
}

/// An engine that only decides walks nothing of it.
#[cfg(not(any(feature = "compiler", feature = "life")))]
fn is_sound_apart(_: &Ir) -> bool {
    true
}

#[derive(Clone, Copy)]
enum Depth {
    Unknown,
    /// It is looked at now: who reads it again reads itself.
    Open,
    Known(usize),
}

fn is_sound_from(ir: &Ir, root: NodeId, depths: &mut [Depth]) -> bool {
    let mut todo = vec![root];
    while let Some(id) = todo.last().copied() {
        let Some(depth) = depths.get_mut(id.index()) else { return false };
        match *depth {
            Depth::Known(_) => {
                todo.pop();
            }
            Depth::Unknown => {
                *depth = Depth::Open;
                for operand in operands(ir, id) {
                    match depths.get(operand.index()) {
                        Some(Depth::Unknown) => todo.push(operand),
                        Some(Depth::Known(_)) => {}
                        Some(Depth::Open) | None => return false,
                    }
                }
            }
            Depth::Open => {
                let below = operands(ir, id).into_iter().map(|operand| match depths.get(operand.index()) {
                    Some(Depth::Known(depth)) => Some(*depth),
                    _ => None,
                });
                let Some(below) = below.collect::<Option<Vec<usize>>>() else { return false };
                let depth = below.into_iter().max().unwrap_or(0).saturating_add(1);
                if depth > DEEPEST {
                    return false;
                }
                if let Some(place) = depths.get_mut(id.index()) {
                    *place = Depth::Known(depth);
                }
                todo.pop();
            }
        }
    }
    true
}
