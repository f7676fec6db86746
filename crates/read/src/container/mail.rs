//! E-mails: their attachments are members. Mailboxes: their messages are.

use diarium_document::Failure;

use super::{Archive, Contents, Member, member_path::MemberPaths, too_many_members, unpack};
use crate::Options;
use crate::mail::message::{Attachment, Message, name_of_message};
use crate::mime::Part;

/// What failures call a member.
const MEMBER: &str = "the attachment";

/// A message with its attachments.
pub(super) struct Mail<'b> {
    options: &'b Options,
    contents: Contents,
    attachments: Vec<Attachment<'b>>,
}

impl<'b> Mail<'b> {
    /// The attachments of a message.
    pub(super) fn new(message: Message<'b>, options: &'b Options) -> Self {
        let mut paths = MemberPaths::default();
        let attachments = message.attachments.iter().enumerate();
        let members = attachments.map(|(index, attachment)| Member {
            path: paths.add_file(&attachment.name, index + 1),
            bytes: 0,
        });
        Self {
            options,
            contents: Contents {
                is_document: true,
                members: members.collect(),
                skipped: message.skipped,
                // The message's own record has the warning.
                damage: None,
            },
            attachments: message.attachments,
        }
    }
}

impl Archive for Mail<'_> {
    fn contents(&self) -> &Contents {
        &self.contents
    }

    fn extract(&self, member: usize) -> Result<Vec<u8>, Failure> {
        let attachment = self.attachments.get(member);
        let bytes = attachment.ok_or_else(|| unpack::damaged(MEMBER))?.bytes();
        if bytes.len() as u64 > self.options.container.member_bytes {
            return Err(unpack::too_large(MEMBER));
        }
        Ok(bytes.into_owned())
    }
}

/// A file of several messages.
pub(super) struct Mailbox<'b> {
    contents: Contents,
    messages: Vec<&'b [u8]>,
}

impl<'b> Mailbox<'b> {
    /// The members of a mailbox, called by their numbers and subjects.
    pub(super) fn new(messages: Vec<&'b [u8]>, options: &Options) -> Result<Self, Failure> {
        if messages.len() > options.container.members {
            return Err(too_many_members(&options.container));
        }
        let mut paths = MemberPaths::default();
        let mut members = Vec::new();
        for (index, message) in messages.iter().enumerate() {
            options.heartbeat.step(index);
            let number = index + 1;
            let subject = Part::parse(message).text("subject");
            let name = format!("{number:04} {}", name_of_message(subject.as_deref()));
            members.push(Member {
                path: paths.add_file(&name, number),
                bytes: message.len() as u64,
            });
        }
        let contents = Contents {
            members,
            ..Contents::default()
        };
        Ok(Self { contents, messages })
    }
}

impl Archive for Mailbox<'_> {
    fn contents(&self) -> &Contents {
        &self.contents
    }

    fn extract(&self, member: usize) -> Result<Vec<u8>, Failure> {
        let message = self.messages.get(member);
        message
            .map(|bytes| bytes.to_vec())
            .ok_or_else(|| unpack::damaged(MEMBER))
    }
}
