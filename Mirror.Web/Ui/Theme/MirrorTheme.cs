using MudBlazor;

namespace Mirror.Web.Ui.Theme;

/// <summary>
/// Colors, type and shape of the UI. <c>wwwroot/assets/mudblazor-theme.css</c> is generated from it, because the content security policy forbids
/// the style elements with which MudBlazor would apply it. Text reaches a contrast of 4.5:1 on every surface, in both palettes.
/// </summary>
public static class MirrorTheme
{
    private static readonly string[] SansSerif =
    [
        "-apple-system", "BlinkMacSystemFont", "Segoe UI Variable Text", "Segoe UI", "Inter", "Roboto", "Noto Sans", "Ubuntu",
        "Cantarell", "Liberation Sans", "Helvetica Neue", "Arial", "sans-serif",
    ];

    public static MudTheme Instance { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0f6a75",
            PrimaryContrastText = "#ffffff",
            Secondary = "#85500a",
            SecondaryContrastText = "#ffffff",
            Tertiary = "#5b4b9a",
            TertiaryContrastText = "#ffffff",
            Info = "#1f5f99",
            InfoContrastText = "#ffffff",
            Success = "#1c6b3c",
            SuccessContrastText = "#ffffff",
            Warning = "#85500a",
            WarningContrastText = "#ffffff",
            Error = "#b3261e",
            ErrorContrastText = "#ffffff",
            Dark = "#1a2028",
            DarkContrastText = "#ffffff",
            TextPrimary = "#1a2028",
            TextSecondary = "#5a6472",
            TextDisabled = "#6f7985",
            ActionDefault = "#4a5462",
            ActionDisabled = "#8a929d",
            ActionDisabledBackground = "#eef0f3",
            Background = "#ffffff",
            BackgroundGray = "#f6f7f8",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1a2028",
            DrawerBackground = "#f6f7f8",
            DrawerText = "#1a2028",
            DrawerIcon = "#4a5462",
            LinesDefault = "#e3e6ea",
            LinesInputs = "#8a929d",
            TableLines = "#e3e6ea",
            TableHover = "#f3f5f6",
            TableStriped = "#f6f7f8",
            Divider = "#e3e6ea",
            DividerLight = "#eef0f3",
            Skeleton = "#e3e6ea",
            OverlayDark = "rgba(20,26,33,0.4)",
            HoverOpacity = 0.06,
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#4fb9c4",
            PrimaryContrastText = "#0c1a1d",
            Secondary = "#e0ad57",
            SecondaryContrastText = "#1d1405",
            Tertiary = "#b3a4ea",
            TertiaryContrastText = "#15102b",
            Info = "#7fb6ea",
            InfoContrastText = "#0b1826",
            Success = "#6cc992",
            SuccessContrastText = "#0a1c12",
            Warning = "#e0ad57",
            WarningContrastText = "#1d1405",
            Error = "#f3867d",
            ErrorContrastText = "#2a0907",
            Dark = "#e4e8ed",
            DarkContrastText = "#13171c",
            TextPrimary = "#e4e8ed",
            TextSecondary = "#98a3b1",
            TextDisabled = "#828d9b",
            ActionDefault = "#b3bcc7",
            ActionDisabled = "#6b7582",
            ActionDisabledBackground = "#222831",
            Background = "#13171c",
            BackgroundGray = "#0f1216",
            Surface = "#1b2027",
            AppbarBackground = "#13171c",
            AppbarText = "#e4e8ed",
            DrawerBackground = "#0f1216",
            DrawerText = "#e4e8ed",
            DrawerIcon = "#b3bcc7",
            LinesDefault = "#272d35",
            LinesInputs = "#6b7582",
            TableLines = "#272d35",
            TableHover = "#191e25",
            TableStriped = "#0f1216",
            Divider = "#272d35",
            DividerLight = "#222831",
            Skeleton = "#272d35",
            OverlayDark = "rgba(0,0,0,0.6)",
            HoverOpacity = 0.08,
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", AppbarHeight = "48px", DrawerWidthLeft = "248px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = SansSerif, FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontSize = "0.875rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontSize = "0.8125rem", LineHeight = "1.45", LetterSpacing = "normal" },
            H1 = new H1Typography { FontSize = "1.375rem", FontWeight = "620", LineHeight = "1.25", LetterSpacing = "-0.012em" },
            H2 = new H2Typography { FontSize = "1rem", FontWeight = "620", LineHeight = "1.35", LetterSpacing = "-0.012em" },
            H3 = new H3Typography { FontSize = "0.875rem", FontWeight = "620", LineHeight = "1.4", LetterSpacing = "normal" },
            H4 = new H4Typography { FontSize = "1.25rem", FontWeight = "620", LineHeight = "1.3", LetterSpacing = "-0.012em" },
            H5 = new H5Typography { FontSize = "1.125rem", FontWeight = "620", LineHeight = "1.3", LetterSpacing = "-0.012em" },
            H6 = new H6Typography { FontSize = "1rem", FontWeight = "620", LineHeight = "1.35", LetterSpacing = "-0.012em" },
            // The text of inputs.
            Subtitle1 = new Subtitle1Typography { FontSize = "0.875rem", FontWeight = "400", LineHeight = "1.5", LetterSpacing = "normal" },
            Subtitle2 = new Subtitle2Typography { FontSize = "0.8125rem", FontWeight = "600", LineHeight = "1.5", LetterSpacing = "normal" },
            Button = new ButtonTypography
            {
                FontSize = "0.875rem",
                FontWeight = "550",
                LineHeight = "1.5",
                LetterSpacing = "normal",
                TextTransform = "none",
            },
            Caption = new CaptionTypography { FontSize = "0.75rem", LineHeight = "1.4", LetterSpacing = "normal" },
            Overline = new OverlineTypography { FontSize = "0.75rem", LineHeight = "1.4", LetterSpacing = "normal", TextTransform = "none" },
        },
    };
}
