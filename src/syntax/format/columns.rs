//! Lining up the cells of like rows that stand together.

use super::doc::WIDTH;
use super::row::Plan;
use super::words::Words;

/// Returns, for each plan, the columns in which its cells begin, as far as they are lined up; the keywords take `keyword`
/// columns. The cells behind follow after one space each.
///
/// A column is moved right only so far that every row still fits on its line; wider cells stick out.
pub(super) fn columns(words: &Words<'_>, plans: &[&Plan], indent: usize, keyword: usize) -> Vec<Vec<usize>> {
    let second = indent.saturating_add(keyword).saturating_add(1);
    // Where the next cell of each row begins if it is not lined up.
    let mut next: Vec<usize> = plans.iter().map(|plan| after(words, plan, 0, second, indent)).collect();
    let mut found: Vec<Vec<usize>> = plans
        .iter()
        .zip(&next)
        .map(|(plan, &at)| if plan.cells.len() > 1 { vec![at] } else { vec![] })
        .collect();
    // Which rows stick out behind a wide cell: they widen no further column.
    let mut stuck = vec![false; plans.len()];
    let cells = plans.iter().map(|plan| plan.cells.len()).max().unwrap_or(0);
    for cell in 1..cells {
        if cell > 1 && plans.len() > 1 {
            let target = target(words, plans, &next, &stuck, cell, indent);
            let rows = plans.iter().zip(&mut next).zip(&mut found).zip(&mut stuck);
            for (((plan, at), found), stuck) in rows {
                if has(plan, cell) {
                    *stuck = *stuck || *at > target;
                    *at = (*at).max(target);
                }
                if plan.cells.len() > cell {
                    found.push(*at);
                }
            }
        }
        for (plan, at) in plans.iter().zip(&mut next) {
            *at = after(words, plan, cell, *at, *at);
        }
    }
    found
}

/// Returns where the cell behind `cell` begins, if `cell` begins at `at`. `keyword` is where a keyword begins.
fn after(words: &Words<'_>, plan: &Plan, cell: usize, at: usize, keyword: usize) -> usize {
    let width = plan.cells.get(cell).map_or(0, |range| words.width(range.from, range.to));
    if cell == 0 {
        return at.max(keyword.saturating_add(width).saturating_add(1));
    }
    if width == 0 { at } else { at.saturating_add(width).saturating_add(1) }
}

fn has(plan: &Plan, cell: usize) -> bool {
    plan.cells.get(cell).is_some_and(|range| range.to > range.from)
}

/// Returns the column for `cell`: where it begins behind the widest cell before it that counts.
fn target(
    words: &Words<'_>,
    plans: &[&Plan],
    next: &[usize],
    stuck: &[bool],
    cell: usize,
    indent: usize,
) -> usize {
    let rows = || plans.iter().zip(next).zip(stuck).filter(|((plan, _), _)| has(plan, cell));
    let limit = rows().map(|((plan, _), _)| rightmost(words, plan, cell, indent)).min().unwrap_or(WIDTH);
    let narrow = |plan: &Plan| {
        let before = cell.checked_sub(1).and_then(|before| plan.cells.get(before));
        before.is_none_or(|range| words.width(range.from, range.to) <= plan.widest)
    };
    let counting = rows().filter(|&((plan, &at), &stuck)| !stuck && narrow(plan) && at <= limit);
    counting.map(|((_, &at), _)| at).max().unwrap_or(0)
}

/// Returns the last column in which `cell` can begin so that its row ends on its line; any, if the row never does.
fn rightmost(words: &Words<'_>, plan: &Plan, cell: usize, indent: usize) -> usize {
    let Some(range) = plan.cells.get(cell) else { return WIDTH };
    let whole = indent.saturating_add(words.width(plan.from(), plan.to()));
    if whole > WIDTH { WIDTH } else { WIDTH.saturating_sub(words.width(range.from, plan.to())) }
}
