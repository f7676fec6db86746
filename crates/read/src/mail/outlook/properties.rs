//! Properties of a message, a recipient or an attachment (MS-OXMSG, 2.4).
//!
//! Short values are in one stream of 16 bytes each; texts and data are in streams of their own, whose names
//! have the property's identifier and type.

use crate::mime::header;

use super::compound::Compound;

/// Identifiers of properties (MS-OXPROPS).
pub(super) mod id {
    pub(in super::super) const SUBJECT: u16 = 0x0037;
    pub(in super::super) const SUBMITTED: u16 = 0x0039;
    pub(in super::super) const TRANSPORT_HEADERS: u16 = 0x007d;
    pub(in super::super) const RECIPIENT_TYPE: u16 = 0x0c15;
    pub(in super::super) const DISPLAY_BCC: u16 = 0x0e02;
    pub(in super::super) const DISPLAY_CC: u16 = 0x0e03;
    pub(in super::super) const DISPLAY_TO: u16 = 0x0e04;
    pub(in super::super) const DELIVERED: u16 = 0x0e06;
    pub(in super::super) const BODY: u16 = 0x1000;
    pub(in super::super) const COMPRESSED_RTF: u16 = 0x1009;
    pub(in super::super) const HTML: u16 = 0x1013;
    pub(in super::super) const DISPLAY_NAME: u16 = 0x3001;
    pub(in super::super) const ATTACHED: u16 = 0x3701;
    pub(in super::super) const FILE_NAME: u16 = 0x3704;
    pub(in super::super) const LONG_FILE_NAME: u16 = 0x3707;
    pub(super) const INTERNET_CODE_PAGE: u16 = 0x3fde;
    pub(super) const MESSAGE_CODE_PAGE: u16 = 0x3ffd;

    /// A name, and the places of its address; the first is always one of the Internet.
    pub(in super::super) type Address = (u16, [u16; 2]);
    pub(in super::super) const SENDER: Address = (0x0c1a, [0x5d01, 0x0c1f]);
    /// For whom the sender wrote.
    pub(in super::super) const SENT_FOR: Address = (0x0042, [0x5d02, 0x0065]);
    pub(in super::super) const RECIPIENT: Address = (0x3001, [0x39fe, 0x3003]);
}

/// Bytes before the properties of a message.
pub(super) const MESSAGE_HEADER: usize = 32;
/// Bytes before those of a recipient or an attachment.
pub(super) const PART_HEADER: usize = 8;

/// The properties in a storage.
pub(super) struct Properties {
    storage: String,
    /// Identifier and value of those that are short.
    values: Vec<(u16, u64)>,
}

impl Properties {
    /// The properties in a storage, whose stream has a header of this length.
    pub(super) fn read(file: &mut Compound<'_>, storage: &str, header: usize) -> Self {
        let storage = storage.trim_end_matches('/').to_owned();
        let stream = file.stream(&format!("{storage}/__properties_version1.0"));
        let stream = stream.unwrap_or_default();
        let entries = stream.get(header..).unwrap_or_default().chunks_exact(16);
        let values = entries.filter_map(|entry| {
            let id = u16::from_le_bytes(*entry.get(2..)?.first_chunk()?);
            let value = u64::from_le_bytes(*entry.get(8..)?.first_chunk()?);
            Some((id, value))
        });
        Self {
            values: values.collect(),
            storage,
        }
    }

    /// The path of the stream of a property of this type.
    pub(super) fn path(&self, id: u16, kind: &str) -> String {
        format!("{}/__substg1.0_{id:04X}{kind}", self.storage)
    }

    /// A text, in UTF-16 or in the message's code page.
    pub(super) fn text(&self, file: &mut Compound<'_>, id: u16) -> Option<String> {
        let text = match file.stream(&self.path(id, "001F")) {
            Some(bytes) => {
                let units = bytes.chunks_exact(2).filter_map(|unit| unit.first_chunk());
                let units: Vec<u16> = units.map(|unit| u16::from_le_bytes(*unit)).collect();
                String::from_utf16_lossy(&units)
            }
            None => {
                let bytes = file.stream(&self.path(id, "001E"))?;
                header::decoded(&bytes, self.charset().as_deref())
            }
        };
        let text = text.trim_end_matches('\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A name with its address.
    pub(super) fn address(&self, file: &mut Compound<'_>, places: &id::Address) -> Option<String> {
        let (name, addresses) = places;
        let name = self.text(file, *name);
        let mut addresses = addresses.iter().filter_map(|id| self.text(file, *id));
        // Others are those of a server of Exchange, which mean nothing outside of it.
        let address = addresses.find(|address| address.contains('@'));
        match (name, address) {
            (Some(name), Some(address)) if !name.contains(&address) => {
                Some(format!("{name} <{address}>"))
            }
            (name, address) => name.or(address),
        }
    }

    /// A number.
    pub(super) fn number(&self, id: u16) -> Option<u64> {
        let found = self.values.iter().find(|(found, _)| *found == id);
        found.map(|(_, value)| *value)
    }

    /// A point in time.
    pub(super) fn time(&self, id: u16) -> Option<Time> {
        self.number(id).filter(|ticks| *ticks > 0).map(Time)
    }

    /// The name of the message's code page.
    pub(super) fn charset(&self) -> Option<String> {
        let pages = [id::INTERNET_CODE_PAGE, id::MESSAGE_CODE_PAGE];
        let number = pages.iter().find_map(|id| self.number(*id))? & 0xffff_ffff;
        // Code Page Identifiers of Windows.
        match number {
            65001 => Some("utf-8".to_owned()),
            1250..=1258 => Some(format!("windows-{number}")),
            10000 => Some("macintosh".to_owned()),
            20127 => Some("us-ascii".to_owned()),
            28591..=28606 => Some(format!("iso-8859-{}", number - 28590)),
            50220..=50222 => Some("iso-2022-jp".to_owned()),
            _ => None,
        }
    }
}

/// A point in time as Windows counts it: in tenths of microseconds since 1601.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time(u64);

impl Time {
    /// As in the headers of a message (RFC 5322, section 3.3), in universal time.
    pub(super) fn text(self) -> String {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let seconds = self.0 / 10_000_000;
        let days = seconds / 86_400;
        let (year, month, day) = date(days);
        // January 1st, 1601 was a Monday.
        let weekday = usize::try_from(days % 7).ok().and_then(|day| DAYS.get(day));
        let month = usize::try_from(month)
            .ok()
            .and_then(|month| MONTHS.get(month));
        let time = seconds % 86_400;
        format!(
            "{}, {day} {} {year} {:02}:{:02}:{:02} +0000",
            weekday.unwrap_or(&""),
            month.unwrap_or(&""),
            time / 3600,
            time / 60 % 60,
            time % 60
        )
    }
}

/// Year, month from 0, and day of a number of days since 1601.
fn date(mut days: u64) -> (u64, u64, u64) {
    // The calendar repeats after 400 years; 1601 is the first year of such a cycle.
    let mut year = 1601 + days / 146_097 * 400;
    days %= 146_097;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let mut month = 0;
    for length in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        let length = length + u64::from(month == 1 && is_leap(year));
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_in_headers() {
        let day = 864_000_000_000;
        assert_eq!(Time(0).text(), "Mon, 1 Jan 1601 00:00:00 +0000");
        // 134,774 days separate 1601 from 1970, and 15,463 that from May 3rd, 2012.
        let time = Time((134_774 + 15_463) * day + 8 * day / 24 + 72 * 10_000_000);
        assert_eq!(time.text(), "Thu, 3 May 2012 08:01:12 +0000");
        assert_eq!(
            Time((134_774 + 11_016) * day).text(),
            "Tue, 29 Feb 2000 00:00:00 +0000"
        );
        assert!(Time(u64::MAX).text().contains("60056"));
    }
}
