//! The reader and writer over the forms of RFC 8949, and bytes that are no items.

use super::item::{CutItem, Item, Length, Width};
use super::read::MAX_DEPTH;
use super::{parse, write};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

#[test]
fn every_form_is_written_back_byte_for_byte() {
    for hex in [
        // Whole numbers of all widths, the shortest and longer ones.
        "00",
        "17",
        "18 18",
        "18 05",
        "19 03e8",
        "19 0001",
        "1a 000f4240",
        "1b ffffffffffffffff",
        "20",
        "38 63",
        "39 03e7",
        "3b ffffffffffffffff",
        // Floats: zero, subnormal, infinite, NaN with its bits.
        "f9 0000",
        "f9 8000",
        "f9 0001",
        "f9 7c00",
        "f9 7e01",
        "fa 7f800000",
        "fb 7ff8000000000001",
        "fb 3ff199999999999a",
        // Simple values, null, undefined.
        "f4",
        "f5",
        "f6",
        "f7",
        "f0",
        "f8 ff",
        // Strings, whole and in chunks, their lengths longer than needed.
        "40",
        "44 01020304",
        "58 01 aa",
        "60",
        "64 49455446",
        "78 01 61",
        "62 c3bc",
        "5f ff",
        "5f 42 0102 43 030405 ff",
        "7f 65 73747265 61 78 04 6d696e67 ff",
        "7f 60 ff",
        // Lists and maps.
        "80",
        "83 01 02 03",
        "98 01 00",
        "9f ff",
        "9f 01 82 02 03 9f 04 05 ff ff",
        "a0",
        "a2 01 02 03 04",
        "b8 01 61 61 01",
        "bf 61 61 01 61 62 9f 02 03 ff ff",
        "a2 61 61 01 61 61 02",
        // Tags.
        "c1 1a 514b67b0",
        "c1 fb 41d452d9ec200000",
        "d8 20 61 61",
        "c2 49 010000000000000000",
        "d9 d9f7 80",
    ] {
        let body = bytes(hex);
        assert_eq!(write(&parse(&body).unwrap()), body, "{hex}");
    }
}

#[test]
fn floats_of_sixteen_bits_are_widened_exactly() {
    for (bits, number) in [
        (0x0000, 0.0),
        (0x3C00, 1.0),
        (0x3E00, 1.5),
        (0x7BFF, 65_504.0),
        (0x0001, 5.960_464_477_539_063e-8),
        (0x0400, 6.103_515_625e-5),
        (0xC400, -4.0),
        (0x7C00, f64::INFINITY),
        (0xFC00, f64::NEG_INFINITY),
    ] {
        assert_eq!(Item::Half(bits).float(), Some(number), "{bits:04x}");
    }
    assert!(Item::Half(0x7E00).float().is_some_and(f64::is_nan));
    assert!(Item::Half(0x8000).float().is_some_and(|zero| zero == 0.0 && zero.is_sign_negative()));
}

#[test]
fn bytes_that_are_no_item_are_told_with_their_place() {
    for (hex, at, what) in [
        ("", 0, "cut"),
        ("18", 1, "cut"),
        ("19 00", 1, "cut"),
        ("62 61", 1, "cut"),
        ("5b ffffffffffffffff", 9, "cut"),
        ("9b 0000ffffffffffff", 9, "cut"),
        ("bb 7fffffffffffffff 00", 9, "cut"),
        ("82 01", 1, "cut"),
        ("9f 01", 2, "cut"),
        ("00 00", 1, "after the item"),
        ("ff", 0, "a break"),
        ("a1 61 61 ff", 3, "a break"),
        ("bf 61 61 ff", 3, "a break"),
        ("1c", 0, "0x1c"),
        ("1f", 0, "0x1f"),
        ("df", 0, "0xdf"),
        ("f8 1f", 0, "simple value 31"),
        ("61 ff", 0, "UTF-8"),
        ("7f 61 c3 61 bc ff", 2, "UTF-8"),
        ("5f 61 61 ff", 1, "chunk"),
        ("5f 5f 41 00 ff ff", 1, "chunk"),
    ] {
        let error = parse(&bytes(hex)).unwrap_err();
        assert!(error.at == at && error.what.contains(what), "{hex}: {error:?}");
    }
    let deep = |levels: usize| [vec![0x81; levels], vec![0x00]].concat();
    assert!(parse(&deep(MAX_DEPTH)).is_ok());
    assert!(parse(&deep(MAX_DEPTH + 1)).unwrap_err().what.contains("deeper"));
    assert!(parse(&vec![0xC1; 100_000]).unwrap_err().what.contains("deeper"));
}

#[test]
fn an_edited_item_keeps_its_form_as_far_as_it_holds() {
    let one = |text: &str, chunks: &[usize]| {
        let chunks = chunks.iter().map(|length| (Width::Inline, *length)).collect();
        write(&Item::Text(text.to_owned(), CutItem::Chunks(chunks)))
    };
    assert_eq!(one("abc", &[1, 2]), bytes("7f 61 61 62 6263 ff"));
    // Too long for the chunks, and a character across two of them.
    assert_eq!(one("abcd", &[1, 2]), bytes("64 61626364"));
    assert_eq!(one("\u{fc}", &[1, 1]), bytes("62 c3bc"));
    assert_eq!(write(&Item::Unsigned(Width::Inline, 300)), bytes("19 012c"));
    let items = vec![Item::NULL; 30];
    assert_eq!(write(&Item::Array(items, Length::Definite(Width::Inline)))[..2], bytes("98 1e"));
}
