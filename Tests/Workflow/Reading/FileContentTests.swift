import Testing
import XMLTree
@testable import Workflow

/// What a file is, is told by its bytes; everything but a specification set is refused by one sentence.
@Suite struct FileContentTests {
    private func refusal(_ text: String, maxBytes: Int = FileContent.defaultMaxBytes) -> Finding? {
        FileContent.recognise(Array(text.utf8), maxBytes: maxBytes).refusal
    }

    @Test func aSpecificationSetIsAccepted() { #expect(refusal(SpecFile().text) == nil) }

    @Test(arguments: [
        ("PK\u{3}\u{4}rest of an archive", "file-archive"),
        ("<orgdata><participants/></orgdata>", "file-org-data"),
        ("<html/>", "file-not-yawl"),
        ("<specificationSet xmlns='urn:other'/>", "file-not-yawl"),
        ("", "file-empty"), (" \n\t ", "file-empty"),
        ("not xml at all", "file-not-xml"), ("<a><b></a>", "file-not-xml"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "xml-doctype"),
    ])
    func othersAreRefused(_ text: String, _ code: String) { #expect(refusal(text)?.code == code) }

    @Test func theRootIsNamed() throws {
        let message = try #require(refusal("<html xmlns='urn:h'/>")).message
        #expect(message.contains("html") && message.contains("urn:h") && message.contains("specificationSet"))
    }

    @Test func theLimitIsSaidWithTheSize() throws {
        let finding = try #require(refusal("<a>" + String(repeating: "x", count: 100) + "</a>", maxBytes: 50))
        #expect(finding.code == "file-too-large")
        #expect(finding.message.contains("107 bytes") && finding.message.contains("50 bytes"))
    }

    @Test func theArchiveIsToldWhateverItsSize() {
        #expect(FileContent.recognise([0x50, 0x4B, 3, 4] + Array(repeating: 0, count: 100), maxBytes: 10).refusal?.code == "file-archive")
    }

    @Test func brokenXMLHasItsPlace() throws {
        let finding = try #require(refusal("<a>\n<b></c></a>"))
        #expect(finding.line == 2)
    }
}
