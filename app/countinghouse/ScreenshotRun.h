// SPDX-License-Identifier: GPL-3.0-or-later
// Renders every page, dialog and main state of the window over the demo account as PNG files, in light and dark, at 1280x800 and at twice the
// scale (by a second run of the program), and ends the program: 0 when all were made, 1 otherwise. File names: page-theme-scale.png. No
// person, no display. Steps follow each other by timers and signals, never by a nested loop. GUI thread.
#pragma once

#include "ui/shell/WindowController.h"

#include <QElapsedTimer>
#include <QTimer>
#include <deque>
#include <functional>

class QDialog;

namespace ch {

class ScreenshotRun final : public QObject {
    Q_OBJECT
public:
    ScreenshotRun(ui::MainWindow& window, workspace::Engine& engine, ui::WindowController& controller, ui::Theme& theme, const QString& folder);
    void start();

private:
    struct Step {
        QString name;                          ///< of the picture; empty: none
        std::function<void()> act;
        std::function<bool()> ready;           ///< asked until it holds
        std::function<QWidget*()> what;        ///< of what; default: the window
    };
    void add(const QString& name, std::function<void()> act, std::function<bool()> ready = {}, std::function<QWidget*()> what = {});
    void addPages();
    void addDetails();
    void addDialogs();
    void addTakedowns();
    void addNewBusinesses();
    void addCancels();
    void addOperations();
    void addEvents();
    void fillNewBusiness(const QString& id, const QString& name, const QString& type, const QString& email);
    void addStates();
    void next();
    void poll();
    void takePictures();
    void showChoice(ui::Theme::Choice choice);
    void takePicture(ui::Theme::Choice choice);
    void picture(QWidget* widget, const QString& name);
    void finish(bool well);
    void runAtTwiceTheScale();
    /// Marks of events on businesses, as if events had told of them, or none.
    void setMarked(bool marked);
    /// Filters under the headings of Businesses, one that cannot be read among them, and a key of the metadata.
    void showFilters(bool shown);
    void openFirstOf(const QString& status);
    [[nodiscard]] bool rowsThere() const;
    [[nodiscard]] QWidget* openDialog() const;
    void closeDialog();

    ui::MainWindow& m_window;
    workspace::Engine& m_engine;
    ui::WindowController& m_controller;
    ui::Theme& m_theme;
    std::unique_ptr<store::RecordsFile> m_terminal; ///< stands for the terminal program, beside the window on the same file
    QString m_folder;
    QString m_scale;
    std::deque<Step> m_steps;
    Step m_step;
    QTimer m_poll;
    QElapsedTimer m_waited;
    bool m_synced = false;
    bool m_detailShown = false;
    bool m_takenDown = false;
    bool m_imported = false;
    bool m_ended = false;
    int m_made = 0;
};

} // namespace ch
