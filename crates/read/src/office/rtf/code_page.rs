//! Code pages of RTF: which characters the bytes of a font are.

use encoding_rs::Encoding;

use crate::encoding::single_byte::decode_ibm850;

/// The encoding of a Windows code page.
pub(super) fn encoding_of(code_page: i32) -> Option<&'static Encoding> {
    let label: &[u8] = match code_page {
        874 => b"windows-874",
        932 => b"shift_jis",
        936 => b"gbk",
        949 => b"euc-kr",
        950 => b"big5",
        866 => b"ibm866",
        1250 => b"windows-1250",
        1251 => b"windows-1251",
        1252 => b"windows-1252",
        1253 => b"windows-1253",
        1254 => b"windows-1254",
        1255 => b"windows-1255",
        1256 => b"windows-1256",
        1257 => b"windows-1257",
        1258 => b"windows-1258",
        10_000 => b"macintosh",
        65_001 => b"utf-8",
        _ => return None,
    };
    Encoding::for_label(label)
}

/// The code page of a font's character set.
pub(super) fn code_page_of_charset(charset: i32) -> Option<i32> {
    Some(match charset {
        0 => 1252,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

/// Decodes bytes of a code page. The letters of the Nordic languages stand at the same bytes in the code pages
/// of DOS.
pub(super) fn decode(bytes: &[u8], code_page: i32) -> String {
    if matches!(code_page, 437 | 850 | 865) {
        return decode_ibm850(bytes);
    }
    let encoding = encoding_of(code_page).unwrap_or(encoding_rs::WINDOWS_1252);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_decoded_by_code_page() {
        assert_eq!(decode(b"r\xe4ksm\xf6rg\xe5s", 1252), "räksmörgås");
        assert_eq!(decode(b"r\x84ksm\x94rg\x86s", 850), "räksmörgås");
        assert_eq!(decode(b"r\x8aksm\x9arg\x8cs", 10_000), "räksmörgås");
        assert_eq!(decode(b"\xf8", 9999), "ø");
        assert_eq!(code_page_of_charset(238), Some(1250));
    }
}
