//! The expression as a tree that knows, at every node, which lengths its texts can have.
//!
//! Because the sets are exact, a text of a wanted length is built top-down without trial: each node deals the
//! length out to its parts so that every part can have its share.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look};

use super::lengths::Lengths;
use crate::api::values::Rng;

/// A part of an expression and the lengths of its texts, in characters.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    node: Node,
    pub(super) lengths: Lengths,
}

#[derive(Debug, Clone)]
enum Node {
    /// No text: also what is only checked, not written (anchors, boundaries).
    Empty,
    /// The start or the end of the whole text.
    Edge(Edge),
    /// One of these characters; those of the first field are preferred.
    Class { pleasant: Vec<(char, char)>, all: Vec<(char, char)> },
    /// Fixed text.
    Literal(String),
    /// Parts one after another; `rests[i]` are the lengths of all parts from `i` on.
    Sequence { parts: Vec<Tree>, rests: Vec<Lengths> },
    /// One of these.
    Choice(Vec<Tree>),
    /// So many times the same; see [`Repeat`].
    Repeat(Box<Repeat>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// A repeated part. Empty turns are left out: they add no text.
#[derive(Debug, Clone)]
struct Repeat {
    part: Tree,
    /// The lengths of one turn, without 0.
    turn: Lengths,
    least: u32,
    most: u32,
    /// `powers[k]` are the lengths of exactly `k` turns; empty where `turn` is one range and a product tells.
    powers: Vec<Lengths>,
    limit: u32,
}

/// More tables of turns than this are not made: longer repetitions are given up.
const MOST_POWERS: u32 = 4_096;

impl Tree {
    /// The tree of a parsed expression, for texts up to `limit` characters.
    pub(super) fn new(hir: &Hir, limit: u32) -> Tree {
        match hir.kind() {
            HirKind::Empty => Tree::empty(),
            HirKind::Look(Look::Start | Look::StartLF | Look::StartCRLF) => Tree::edge(Edge::Start),
            HirKind::Look(Look::End | Look::EndLF | Look::EndCRLF) => Tree::edge(Edge::End),
            HirKind::Look(_) => Tree::empty(),
            HirKind::Literal(literal) => Tree::literal(&String::from_utf8_lossy(&literal.0), limit),
            HirKind::Class(Class::Unicode(class)) => Tree::class(class),
            HirKind::Class(Class::Bytes(class)) => match class.to_unicode_class() {
                Some(class) => Tree::class(&class),
                None => Tree { node: Node::Empty, lengths: Lengths::none() },
            },
            HirKind::Capture(capture) => Tree::new(&capture.sub, limit),
            HirKind::Concat(parts) => {
                Tree::sequence(parts.iter().map(|part| Tree::new(part, limit)).collect(), limit)
            }
            HirKind::Alternation(choices) => {
                Tree::choice(choices.iter().map(|choice| Tree::new(choice, limit)).collect())
            }
            HirKind::Repetition(repetition) => {
                let part = Tree::new(&repetition.sub, limit);
                Tree::repeat(part, repetition.min, repetition.max.unwrap_or(u32::MAX), limit)
            }
        }
    }

    fn empty() -> Tree {
        Tree { node: Node::Empty, lengths: Lengths::exactly(0) }
    }

    fn edge(edge: Edge) -> Tree {
        Tree { node: Node::Edge(edge), lengths: Lengths::exactly(0) }
    }

    fn literal(text: &str, limit: u32) -> Tree {
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let lengths = Lengths::exactly(length).within(0, limit);
        Tree { node: Node::Literal(text.to_owned()), lengths }
    }

    fn class(class: &ClassUnicode) -> Tree {
        let all = first_that_is_not_empty(class, &[(' ', '~'), ('\0', '\x7f'), ('\0', char::MAX)]);
        let pleasant = ranges(class, &[('a', 'z'), ('0', '9')]);
        let lengths = if all.is_empty() { Lengths::none() } else { Lengths::exactly(1) };
        Tree { node: Node::Class { pleasant, all }, lengths }
    }

    fn choice(choices: Vec<Tree>) -> Tree {
        let lengths = choices.iter().fold(Lengths::none(), |all, choice| all.or(&choice.lengths));
        Tree { node: Node::Choice(choices), lengths }
    }

    fn sequence(mut parts: Vec<Tree>, limit: u32) -> Tree {
        // Nothing may stand before a start or after an end.
        for index in 0..parts.len() {
            if parts[index].touches(Edge::Start) {
                parts[..index].iter_mut().for_each(Tree::make_empty);
            }
            if parts[index].touches(Edge::End) {
                parts[index + 1..].iter_mut().for_each(Tree::make_empty);
            }
        }
        let mut rests = vec![Lengths::exactly(0)];
        for part in parts.iter().rev() {
            let rest = part.lengths.then(&rests[rests.len() - 1], limit);
            rests.push(rest);
        }
        rests.reverse();
        Tree { lengths: rests[0].clone(), node: Node::Sequence { parts, rests } }
    }

    /// Whether every text of this part is bound to that edge.
    fn touches(&self, edge: Edge) -> bool {
        match &self.node {
            Node::Edge(own) => *own == edge,
            Node::Sequence { parts, .. } => parts.iter().any(|part| part.touches(edge)),
            Node::Choice(choices) => choices.iter().all(|choice| choice.touches(edge)),
            Node::Repeat(repeat) => repeat.least > 0 && repeat.part.touches(edge),
            Node::Empty | Node::Class { .. } | Node::Literal(_) => false,
        }
    }

    /// Leaves only the empty text, if the part has it.
    fn make_empty(&mut self) {
        let lengths = self.lengths.within(0, 0);
        *self = Tree { node: Node::Empty, lengths };
    }

    fn repeat(part: Tree, least: u32, most: u32, limit: u32) -> Tree {
        let least = if part.lengths.contains(0) { 0 } else { least };
        let turn = part.lengths.within(1, limit);
        let mut repeat = Repeat { part, turn, least, most, powers: Vec::new(), limit };
        let lengths = repeat.prepare();
        Tree { node: Node::Repeat(Box::new(repeat)), lengths }
    }

    /// Appends a text of exactly that length, which must be one of [`Tree::lengths`].
    pub(super) fn write(&self, length: u32, rng: &mut Rng, out: &mut String) {
        match &self.node {
            Node::Empty | Node::Edge(_) => {}
            Node::Literal(text) => out.push_str(text),
            Node::Class { pleasant, all } => {
                let ranges = if pleasant.is_empty() || rng.one_in(8) { all } else { pleasant };
                out.extend(character(ranges, rng));
            }
            Node::Choice(choices) => {
                let able: Vec<&Tree> =
                    choices.iter().filter(|choice| choice.lengths.contains(length)).collect();
                if let Some(choice) = rng.pick(&able) {
                    choice.write(length, rng, out);
                }
            }
            Node::Sequence { parts, rests } => {
                let mut left = length;
                for (part, rest) in parts.iter().zip(&rests[1..]) {
                    let share = part.lengths.leaving(rest, left).pick(rng).unwrap_or_default();
                    part.write(share, rng, out);
                    left -= share;
                }
            }
            Node::Repeat(repeat) => repeat.write(length, rng, out),
        }
    }
}

impl Repeat {
    /// Makes the table of turns where it is needed and tells all lengths.
    fn prepare(&mut self) -> Lengths {
        let Some(shortest) = self.turn.least() else {
            return if self.least == 0 { Lengths::exactly(0) } else { Lengths::none() };
        };
        let most = self.most.min(self.limit / shortest);
        if let Some((from, to)) = self.turn.as_range() {
            return self.range_lengths(from, to, most);
        }
        let most = most.min(MOST_POWERS);
        self.powers = vec![Lengths::exactly(0)];
        for count in 1..=most as usize {
            let next = self.powers[count - 1].then(&self.turn, self.limit);
            self.powers.push(next);
        }
        let able = self.powers.iter().skip(self.least as usize);
        able.fold(Lengths::none(), |all, lengths| all.or(lengths))
    }

    /// The lengths of all counts, where a turn is `from` to `to` long.
    fn range_lengths(&self, from: u32, to: u32, most: u32) -> Lengths {
        let mut all = Lengths::none();
        for count in self.least..=most {
            let turns = Lengths::range(from.saturating_mul(count), to.saturating_mul(count).min(self.limit));
            // From here on the ranges overlap up to the longest.
            if to > from && count > 0 && (count + 1).saturating_mul(from) <= count.saturating_mul(to) + 1 {
                let longest = to.saturating_mul(most).min(self.limit);
                return all.or(&Lengths::range(from.saturating_mul(count), longest));
            }
            if from == 1 && to == 1 {
                return Lengths::range(count, most);
            }
            all = all.or(&turns);
        }
        all
    }

    /// Whether so many turns can be so long.
    fn can(&self, count: u32, length: u32) -> bool {
        match self.turn.as_range() {
            Some((from, to)) => from.saturating_mul(count) <= length && length <= to.saturating_mul(count),
            None => self.powers.get(count as usize).is_some_and(|lengths| lengths.contains(length)),
        }
    }

    fn write(&self, length: u32, rng: &mut Rng, out: &mut String) {
        let Some(count) = self.count(length, rng) else { return };
        let mut left = length;
        for rest in (0..count).rev() {
            let share = self.share(rest, left, rng);
            self.part.write(share, rng, out);
            left -= share;
        }
    }

    /// How many turns make up a text of that length.
    fn count(&self, length: u32, rng: &mut Rng) -> Option<u32> {
        let (shortest, longest) = (self.turn.least()?, self.turn.most()?);
        let from = self.least.max(length.div_ceil(longest));
        let to = self.most.min(length / shortest);
        if self.turn.as_range().is_some() {
            return (from <= to).then(|| from + rng.below(u64::from(to - from) + 1) as u32);
        }
        let able: Vec<u32> = (from..=to).filter(|count| self.can(*count, length)).collect();
        rng.pick(&able).copied()
    }

    /// The length of this turn, so that `rest` more turns can take what is left.
    fn share(&self, rest: u32, left: u32, rng: &mut Rng) -> u32 {
        let able = match self.turn.as_range() {
            Some((from, to)) => {
                let others = Lengths::range(from.saturating_mul(rest), to.saturating_mul(rest));
                self.turn.leaving(&others, left)
            }
            None => self.turn.leaving(&self.powers[rest as usize], left),
        };
        able.pick(rng).unwrap_or(left)
    }
}

fn first_that_is_not_empty(class: &ClassUnicode, bounds: &[(char, char)]) -> Vec<(char, char)> {
    bounds.iter().map(|bound| ranges(class, &[*bound])).find(|found| !found.is_empty()).unwrap_or_default()
}

/// The characters of a class that lie within some bounds.
fn ranges(class: &ClassUnicode, bounds: &[(char, char)]) -> Vec<(char, char)> {
    let mut within = ClassUnicode::new(bounds.iter().map(|(from, to)| ClassUnicodeRange::new(*from, *to)));
    within.intersect(class);
    within.iter().map(|range| (range.start(), range.end())).collect()
}

/// One of the characters, each as likely as the others.
fn character(ranges: &[(char, char)], rng: &mut Rng) -> Option<char> {
    let size = |(from, to): &(char, char)| u64::from(u32::from(*to) - u32::from(*from)) + 1;
    let mut index = rng.below(ranges.iter().map(size).sum());
    for range in ranges {
        if index < size(range) {
            return char::from_u32(u32::from(range.0) + index as u32).or(Some(range.0));
        }
        index -= size(range);
    }
    None
}
