# Word draws agreement.docx of the folder AGREEGEN_FOLDER as agreement.pdf.
# Exit codes: 3 Word doesn't start, 4 it can't open the document, 5 it can't export it. The reason is printed.
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
$folder = $env:AGREEGEN_FOLDER
$missing = [System.Type]::Missing
$word = $null
$document = $null
$stage = 3
try {
    # Word's own process isn't our child: the one that is new and was started for a program is ours.
    $query = "Name = 'WINWORD.EXE'"
    $before = @(Get-CimInstance -ClassName Win32_Process -Filter $query | ForEach-Object { $_.ProcessId })
    $word = New-Object -ComObject Word.Application
    $new = @(Get-CimInstance -ClassName Win32_Process -Filter $query |
        Where-Object { ($before -notcontains $_.ProcessId) -and ($_.CommandLine -like '*-Embedding*') })
    if ($new.Count -eq 1) {
        [System.IO.File]::WriteAllText("$folder\word.pid", [string]$new[0].ProcessId)
    }
    $word.Visible = $false
    $word.DisplayAlerts = 0            # wdAlertsNone
    $word.AutomationSecurity = 3       # msoAutomationSecurityForceDisable: no macros
    $stage = 4
    $document = $word.Documents.Open(
        "$folder\agreement.docx",      # FileName
        $false,                        # ConfirmConversions
        $true,                         # ReadOnly
        $false,                        # AddToRecentFiles
        $missing,                      # PasswordDocument
        $missing,                      # PasswordTemplate
        $false,                        # Revert
        $missing,                      # WritePasswordDocument
        $missing,                      # WritePasswordTemplate
        0,                             # Format: wdOpenFormatAuto
        $missing,                      # Encoding
        $false,                        # Visible
        $false,                        # OpenAndRepair
        $missing,                      # DocumentDirection
        $true                          # NoEncodingDialog
    )
    $stage = 5
    $document.ExportAsFixedFormat(
        "$folder\agreement.pdf",       # OutputFileName
        17,                            # ExportFormat: wdExportFormatPDF
        $false,                        # OpenAfterExport
        0,                             # OptimizeFor: wdExportOptimizeForPrint
        0,                             # Range: wdExportAllDocument
        1,                             # From
        1,                             # To
        0,                             # Item: wdExportDocumentContent
        $true,                         # IncludeDocProps
        $true,                         # KeepIRM
        1,                             # CreateBookmarks: wdExportCreateHeadingBookmarks
        $true,                         # DocStructureTags
        $true,                         # BitmapMissingFonts
        $true                          # UseISO19005_1
    )
    $stage = 0
}
catch {
    [Console]::Out.WriteLine($_.Exception.Message)
}
finally {
    if ($null -ne $document) {
        try { $document.Close(0) } catch { }          # wdDoNotSaveChanges
        [void][System.Runtime.InteropServices.Marshal]::ReleaseComObject($document)
    }
    if ($null -ne $word) {
        # Somebody may have opened a document meanwhile, and Windows may have given it to this Word: it is theirs then.
        try {
            if ($word.Documents.Count -eq 0) { $word.Quit(0) } else { $word.Visible = $true }
        } catch { }
        [void][System.Runtime.InteropServices.Marshal]::ReleaseComObject($word)
    }
    [System.GC]::Collect()
    [System.GC]::WaitForPendingFinalizers()
}
exit $stage
