import Engine
import Foundation
import Testing

@testable import CommandLine

/// Where things are kept: XDG, and folders made only where nobody mistyped.
struct PlacesTests {
    @Test func followsXDG() {
        #expect(Places(environment: ["HOME": "/home/ann"]).store == "/home/ann/.local/share/mizzen/mizzen.db")
        #expect(Places(environment: ["HOME": "/home/ann", "XDG_DATA_HOME": "/data"]).store == "/data/mizzen/mizzen.db")
        // A relative path there is invalid by the XDG rules and ignored.
        #expect(Places(environment: ["HOME": "/home/ann", "XDG_DATA_HOME": "data"]).store == "/home/ann/.local/share/mizzen/mizzen.db")
        #expect(Places(environment: ["HOME": "/home/ann", "XDG_CONFIG_HOME": ""]).configuration == "/home/ann/.config/mizzen")
    }

    @Test func makesItsOwnFolderForTheOwnerAlone() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mizzen-places-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let places = Places(environment: ["HOME": folder])
        try places.prepare(for: places.store)
        let mode = try #require(try FileManager.default.attributesOfItem(atPath: places.data)[.posixPermissions] as? NSNumber)
        #expect(mode.intValue == 0o700)
        // A second time there is nothing to do.
        try places.prepare(for: places.store)
    }

    @Test func doesNotMakeTheFolderOfAMistypedPath() {
        let places = Places(environment: ["HOME": "/home/ann"])
        #expect {
            try places.prepare(for: "/nowhere/at/all/x.db")
        } throws: { error in
            (error as? EngineError)?.kind == .notFound && "\(error)".contains("/nowhere/at/all")
        }
        #expect(!FileManager.default.fileExists(atPath: "/nowhere"))
    }

    @Test func aBareFileNameNeedsNoFolder() throws {
        try Places(environment: ["HOME": "/home/ann"]).prepare(for: "x.db")
    }
}
