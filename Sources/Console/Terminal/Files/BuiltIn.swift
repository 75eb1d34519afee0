// The themes and keymaps that ship with the product. They are files at the top of the repository, embedded into the binary.

extension Theme {
    /// By the name a person sets; those that extend others come after them.
    public static let builtIn: [String: Theme] = {
        let files: [(name: String, bytes: [UInt8])] = [
            ("light", PackageResources.light_yaml), ("high-contrast", PackageResources.high_contrast_yaml),
            ("mono", PackageResources.mono_yaml),
            ("deuteranopia", PackageResources.deuteranopia_yaml), ("tritanopia", PackageResources.tritanopia_yaml),
        ]
        var themes = ["dark": Theme.standard]
        for file in files {
            themes[file.name] = parse(String(decoding: file.bytes, as: UTF8.self), file: "themes/\(file.name).yaml", bases: themes).theme
        }
        return themes
    }()
}

extension Keymap {
    public static let builtIn: [String: Keymap] = {
        var keymaps = ["default": Keymap.standard]
        for (name, bytes) in [("vim", PackageResources.vim_yaml), ("emacs", PackageResources.emacs_yaml)] {
            keymaps[name] = parse(String(decoding: bytes, as: UTF8.self), file: "keymaps/\(name).yaml", bases: keymaps).keymap
        }
        return keymaps
    }()
}
